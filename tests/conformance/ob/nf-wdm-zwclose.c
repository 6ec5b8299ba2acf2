// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ZwClose, TheObjectOutlivesItsHandleWhileReferenced) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    CHECK_STATUS(ZwClose(event), STATUS_SUCCESS);
    KeSetEvent(object, 0, FALSE);
    CHECK_EQ(KeReadStateEvent(object), 1);
    ObDereferenceObject(object);
}
CONFORMANCE(ZwClose, TakesATemporaryNameWithIt) {
    HANDLE event = NULL, again = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfEvent", 0), NotificationEvent, FALSE));
    CHECK_SUCCESS(ZwOpenEvent(&again, EVENT_ALL_ACCESS, &named.Attributes));
    CHECK_STATUS(ZwClose(event), STATUS_SUCCESS);
    CHECK_SUCCESS(ZwOpenEvent(&event, EVENT_ALL_ACCESS, &named.Attributes));
    ZwClose(event);
    CHECK_STATUS(ZwClose(again), STATUS_SUCCESS);
    CHECK_STATUS(ZwOpenEvent(&event, EVENT_ALL_ACCESS, &named.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
}
