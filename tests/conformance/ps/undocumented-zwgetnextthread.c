// SPDX-License-Identifier: GPL-2.0-only
// Prototype of public headers.
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI NtGetNextThread(HANDLE Process, HANDLE Thread, ACCESS_MASK Access,
                                        ULONG Attributes, ULONG Flags, PHANDLE Next);
NTSYSAPI NTSTATUS NTAPI ZwGetNextThread(HANDLE Process, HANDLE Thread, ACCESS_MASK Access,
                                        ULONG Attributes, ULONG Flags, PHANDLE Next);

static HANDLE IdOf(HANDLE Handle) {
    PVOID thread = NULL;
    HANDLE id = NULL;
    if (!NT_SUCCESS(ObReferenceObjectByHandle(Handle, 0, *PsThreadType, KernelMode, &thread, NULL)))
        return NULL;
    id = PsGetThreadId(thread);
    ObDereferenceObject(thread);
    return id;
}

CONFORMANCE(ZwGetNextThread, VisitsEveryThreadOnceAndEnds) {
    HANDLE at = NULL, next = NULL, last = NULL;
    ULONG count = 0;
    BOOLEAN sawSelf = FALSE;
    NTSTATUS status;
    while (NT_SUCCESS(status = ZwGetNextThread(NtCurrentProcess(), at, THREAD_ALL_ACCESS,
                                               OBJ_KERNEL_HANDLE, 0, &next))) {
        CHECK(IdOf(next) > last);
        last = IdOf(next);
        if (last == PsGetCurrentThreadId()) sawSelf = TRUE;
        if (at != NULL) ZwClose(at);
        at = next;
        if (++count > 10000) break;
    }
    if (at != NULL) ZwClose(at);
    CHECK_STATUS(status, STATUS_NO_MORE_ENTRIES);
    CHECK(sawSelf && count > 2);
}

CONFORMANCE(NtGetNextThread, RefusesFlagsAndInvalidHandles) {
    HANDLE next = NULL;
    CHECK_STATUS(
        NtGetNextThread(NtCurrentProcess(), NULL, THREAD_ALL_ACCESS, OBJ_KERNEL_HANDLE, 8, &next),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        NtGetNextThread((HANDLE)0x1234560, NULL, THREAD_ALL_ACCESS, OBJ_KERNEL_HANDLE, 0, &next),
        STATUS_INVALID_HANDLE);
}
