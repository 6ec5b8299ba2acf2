// SPDX-License-Identifier: GPL-2.0-only
// NtOpenThread as in public headers; documented for user mode as OpenThread.
#include "conformance.h"
#include "current.h"

NTSYSAPI NTSTATUS NTAPI NtOpenThread(PHANDLE Handle, ACCESS_MASK Access,
                                     POBJECT_ATTRIBUTES Attributes, PCLIENT_ID Id);
NTSYSAPI NTSTATUS NTAPI ZwOpenThread(PHANDLE Handle, ACCESS_MASK Access,
                                     POBJECT_ATTRIBUTES Attributes, PCLIENT_ID Id);

static NTSTATUS Open(NTSTATUS(NTAPI* Routine)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PCLIENT_ID),
                     HANDLE Id, PVOID* Thread) {
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID id = {NULL, Id};
    HANDLE handle = NULL;
    NTSTATUS status;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    status = Routine(&handle, THREAD_ALL_ACCESS, &attributes, &id);
    *Thread = NULL;
    if (!NT_SUCCESS(status)) return status;
    status = ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, Thread, NULL);
    ZwClose(handle);
    if (NT_SUCCESS(status)) ObDereferenceObject(*Thread);
    return status;
}

CONFORMANCE(ZwOpenThread, OpensByIdentifier) {
    PVOID thread;
    CHECK_STATUS(Open(ZwOpenThread, PsGetCurrentThreadId(), &thread), STATUS_SUCCESS);
    CHECK_EQ(thread, (PVOID)PsGetCurrentThread());
    CHECK_STATUS(Open(ZwOpenThread, (HANDLE)0x7FFFFFF0, &thread), STATUS_INVALID_CID);
}

CONFORMANCE(NtOpenThread, OpensByIdentifier) {
    PVOID thread;
    CHECK_STATUS(Open(NtOpenThread, PsGetCurrentThreadId(), &thread), STATUS_SUCCESS);
    CHECK_EQ(thread, (PVOID)PsGetCurrentThread());
    CHECK_STATUS(Open(NtOpenThread, (HANDLE)0x7FFFFFF0, &thread), STATUS_INVALID_CID);
}
