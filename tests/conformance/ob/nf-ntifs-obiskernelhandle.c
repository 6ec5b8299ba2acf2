// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObIsKernelHandle, TellsWhereTheHandleLives) {
    HANDLE event = NewEvent();
    CHECK_EQ(ObIsKernelHandle(event), TRUE);
    ZwClose(event);
}
CONFORMANCE_IN_CALLER(ObIsKernelHandle, AUsersHandleIsNone) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE));
    CHECK_EQ(ObIsKernelHandle(event), FALSE);
    NtClose(event);
}
