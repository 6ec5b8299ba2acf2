// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

NTSYSAPI NTSTATUS NTAPI NtWaitForSingleObject(HANDLE, BOOLEAN, PLARGE_INTEGER);

static VOID WaitsForTheObjectOrTheTime(NTSTATUS(NTAPI* Wait)(HANDLE, BOOLEAN, PLARGE_INTEGER)) {
    LARGE_INTEGER now = {.QuadPart = 0}, soon = {.QuadPart = -10000};
    HANDLE event = NewEvent();
    CHECK_STATUS(Wait(event, FALSE, &now), STATUS_TIMEOUT);
    CHECK_STATUS(Wait(event, FALSE, &soon), STATUS_TIMEOUT);
    CHECK_SUCCESS(ZwSetEvent(event, NULL));
    CHECK_STATUS(Wait(event, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Wait(NO_HANDLE, FALSE, &now), STATUS_INVALID_HANDLE);
    ZwClose(event);
}
CONFORMANCE(NtWaitForSingleObject, WaitsForTheObjectOrTheTime) {
    WaitsForTheObjectOrTheTime(NtWaitForSingleObject);
}
CONFORMANCE(ZwWaitForSingleObject, WaitsForTheObjectOrTheTime) {
    WaitsForTheObjectOrTheTime(ZwWaitForSingleObject);
}
CONFORMANCE_IN_CALLER(NtWaitForSingleObject, WantsTheRight) {
    LARGE_INTEGER now = {.QuadPart = 0};
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_QUERY_STATE, &attributes, NotificationEvent, TRUE));
    CHECK_STATUS(NtWaitForSingleObject(event, FALSE, NULL), STATUS_ACCESS_DENIED);
    CHECK_STATUS(ZwWaitForSingleObject(event, FALSE, &now), STATUS_SUCCESS);
    CHECK_STATUS(NtClose(event), STATUS_SUCCESS);
}
