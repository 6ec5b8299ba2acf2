// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

NTKERNELAPI NTSTATUS NTAPI ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode);

CONFORMANCE(ObCloseHandle, ClosesKernelHandles) {
    HANDLE event = NewEvent();
    CHECK_STATUS(ObCloseHandle(event, KernelMode), STATUS_SUCCESS);
    CHECK_STATUS(ObCloseHandle(NO_HANDLE, UserMode), STATUS_INVALID_HANDLE);
}
CONFORMANCE_IN_CALLER(ObCloseHandle, AUserCannotCloseAKernelHandle) {
    HANDLE event = NewEvent();
    CHECK_STATUS(ObCloseHandle(event, UserMode), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ObCloseHandle(event, KernelMode), STATUS_SUCCESS);
}
CONFORMANCE(ObCloseHandle, RefusesAProtectedHandle) {
    OBJECT_HANDLE_FLAG_INFORMATION flags = {FALSE, TRUE};
    HANDLE event = NewEvent();
    NTSTATUS status = ZwSetInformationObject(event, (OBJECT_INFORMATION_CLASS)4, &flags, sizeof(flags));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(ObCloseHandle(event, UserMode), STATUS_HANDLE_NOT_CLOSABLE);
    flags.ProtectFromClose = FALSE;
    CHECK_SUCCESS(ZwSetInformationObject(event, (OBJECT_INFORMATION_CLASS)4, &flags, sizeof(flags)));
    CHECK_STATUS(ObCloseHandle(event, KernelMode), STATUS_SUCCESS);
}
