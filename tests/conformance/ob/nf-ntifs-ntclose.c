// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE_IN_CALLER(NtClose, ClosesTheCallersHandle) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE));
    CHECK_STATUS(NtClose(event), STATUS_SUCCESS);
    CHECK_STATUS(NtClose(event), STATUS_INVALID_HANDLE);
}
CONFORMANCE_IN_CALLER(NtClose, AUserCannotCloseAKernelHandle) {
    HANDLE event = NewEvent();
    CHECK_STATUS(NtClose(event), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwClose(event), STATUS_SUCCESS);
}
