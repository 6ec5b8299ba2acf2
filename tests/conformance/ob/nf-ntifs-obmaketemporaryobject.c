// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObMakeTemporaryObject, APermanentNameGoes) {
    HANDLE event = NULL;
    PVOID object;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS,
                                Named(&named, L"\\CfTemporary", OBJ_PERMANENT), NotificationEvent,
                                FALSE));
    object = ObjectOf(event);
    ZwClose(event);
    ObMakeTemporaryObject(object);  // no handle is left: at once
    CHECK_STATUS(ZwOpenEvent(&event, EVENT_ALL_ACCESS, &named.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    ObDereferenceObject(object);
}
