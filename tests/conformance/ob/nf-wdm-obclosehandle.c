// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

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
CONFORMANCE_IN_CALLER(ObCloseHandle, RefusesAProtectedHandle) {
    OBJECT_HANDLE_FLAG_INFORMATION flags = {FALSE, TRUE};
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL;
    CHECK_STATUS(ObCloseHandle(NO_HANDLE, UserMode), STATUS_INVALID_HANDLE);
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE));
    CHECK_SUCCESS(
        ZwSetInformationObject(event, (OBJECT_INFORMATION_CLASS)4, &flags, sizeof(flags)));
    CHECK_STATUS(ObCloseHandle(event, UserMode), STATUS_HANDLE_NOT_CLOSABLE);
    flags.ProtectFromClose = FALSE;
    CHECK_SUCCESS(
        ZwSetInformationObject(event, (OBJECT_INFORMATION_CLASS)4, &flags, sizeof(flags)));
    CHECK_STATUS(ObCloseHandle(event, UserMode), STATUS_SUCCESS);
}
