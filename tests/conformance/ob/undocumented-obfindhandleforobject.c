// SPDX-License-Identifier: GPL-2.0-only
// Facts: ObFindHandleForObject of public NT headers (ntosp.h).
#include "names.h"

NTKERNELAPI BOOLEAN NTAPI ObFindHandleForObject(PEPROCESS Process, PVOID Object,
                                                POBJECT_TYPE ObjectType,
                                                POBJECT_HANDLE_INFORMATION MatchCriteria,
                                                PHANDLE Handle);

CONFORMANCE_IN_CALLER(ObFindHandleForObject, FindsTheHandleOfAProcess) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL, found = NULL;
    PVOID object;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE));
    object = ObjectOf(event);
    CHECK_EQ(ObFindHandleForObject(PsGetCurrentProcess(), object, *ExEventObjectType, NULL, &found),
             TRUE);
    CHECK_EQ(found, event);
    CHECK_EQ(
        ObFindHandleForObject(PsGetCurrentProcess(), object, *ExSemaphoreObjectType, NULL, &found),
        FALSE);
    NtClose(event);
    CHECK_EQ(ObFindHandleForObject(PsGetCurrentProcess(), object, *ExEventObjectType, NULL, &found),
             FALSE);
    ObDereferenceObject(object);
}
