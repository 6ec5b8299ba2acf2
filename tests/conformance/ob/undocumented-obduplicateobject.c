// SPDX-License-Identifier: GPL-2.0-only
// Facts: ObDuplicateObject of public NT headers (ntosp.h); ZwDuplicateObject with processes by
// pointer.
#include "names.h"

NTKERNELAPI NTSTATUS NTAPI ObDuplicateObject(PEPROCESS SourceProcess, HANDLE SourceHandle,
                                             PEPROCESS TargetProcess, PHANDLE TargetHandle,
                                             ACCESS_MASK DesiredAccess, ULONG HandleAttributes,
                                             ULONG Options, KPROCESSOR_MODE PreviousMode);

CONFORMANCE(ObDuplicateObject, MakesAnotherHandle) {
    HANDLE event = NewEvent(), copy = NULL;
    CHECK_STATUS(ObDuplicateObject(PsGetCurrentProcess(), event, PsGetCurrentProcess(), &copy, 0,
                                   OBJ_KERNEL_HANDLE, DUPLICATE_SAME_ACCESS, KernelMode),
                 STATUS_SUCCESS);
    CHECK(SameObject(copy, event));
    ZwClose(copy);
    ZwClose(event);
    CHECK_STATUS(ObDuplicateObject(PsGetCurrentProcess(), NO_HANDLE, PsGetCurrentProcess(), &copy,
                                   0, 0, DUPLICATE_SAME_ACCESS, KernelMode),
                 STATUS_INVALID_HANDLE);
}
CONFORMANCE_IN_CALLER(ObDuplicateObject, PutsTheHandleIntoTheTargetProcess) {
    HANDLE event = NewEvent(), copy = NULL;
    CHECK_STATUS(ObDuplicateObject(PsInitialSystemProcess, event, PsGetCurrentProcess(), &copy, 0,
                                   0, DUPLICATE_SAME_ACCESS, KernelMode),
                 STATUS_SUCCESS);
    CHECK_EQ(ObIsKernelHandle(copy), FALSE);
    CHECK_STATUS(NtClose(copy), STATUS_SUCCESS);
    ZwClose(event);
}
