// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

NTSYSAPI NTSTATUS NTAPI NtCreateEvent(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, EVENT_TYPE,
                                      BOOLEAN);

static VOID MakesOrOpensAnEvent(NTSTATUS(NTAPI* Create)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES,
                                                        EVENT_TYPE, BOOLEAN)) {
    LARGE_INTEGER now = {.QuadPart = 0};
    HANDLE event = NULL, again = NULL;
    NAMED named;
    CHECK_STATUS(Create(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfEvent", 0),
                        SynchronizationEvent, TRUE),
                 STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(event, FALSE, &now), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(event, FALSE, &now),
                 STATUS_TIMEOUT);  // synchronization: it resets itself
    CHECK_STATUS(Create(&again, EVENT_ALL_ACCESS, &named.Attributes, NotificationEvent, FALSE),
                 STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS(Create(&again, EVENT_QUERY_STATE, Named(&named, L"\\CfEvent", OBJ_OPENIF),
                        NotificationEvent, FALSE),
                 STATUS_OBJECT_NAME_EXISTS);
    CHECK(SameObject(again, event));
    CHECK_EQ(GrantedTo(again), EVENT_QUERY_STATE);
    ZwClose(again);
    ZwClose(event);
    CHECK_STATUS(Create(&event, EVENT_ALL_ACCESS, Unnamed(&named), (EVENT_TYPE)7, FALSE),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Create(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfNothing\\Event", 0),
                        NotificationEvent, FALSE),
                 STATUS_OBJECT_PATH_NOT_FOUND);
}
CONFORMANCE(NtCreateEvent, MakesOrOpensAnEvent) { MakesOrOpensAnEvent(NtCreateEvent); }
CONFORMANCE(ZwCreateEvent, MakesOrOpensAnEvent) { MakesOrOpensAnEvent(ZwCreateEvent); }
