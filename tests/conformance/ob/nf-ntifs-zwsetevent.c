// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

NTSYSAPI NTSTATUS NTAPI NtSetEvent(HANDLE, PLONG);

static VOID SignalsAndTellsTheStateBefore(NTSTATUS(NTAPI* Set)(HANDLE, PLONG)) {
    LARGE_INTEGER now = {.QuadPart = 0};
    HANDLE event = NewEvent(), directory = NULL;
    LONG before = 7;
    NAMED named;
    CHECK_STATUS(Set(event, &before), STATUS_SUCCESS);
    CHECK_EQ(before, 0);
    CHECK_STATUS(ZwWaitForSingleObject(event, FALSE, &now), STATUS_SUCCESS);
    CHECK_STATUS(Set(event, &before), STATUS_SUCCESS);
    CHECK_EQ(before, 1);
    CHECK_STATUS(Set(event, NULL), STATUS_SUCCESS);
    ZwClose(event);
    CHECK_STATUS(Set(NO_HANDLE, NULL), STATUS_INVALID_HANDLE);
    CHECK_SUCCESS(
        ZwOpenDirectoryObject(&directory, DIRECTORY_QUERY, Named(&named, L"\\Device", 0)));
    CHECK_STATUS(Set(directory, NULL), STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(directory);
}
CONFORMANCE(NtSetEvent, SignalsAndTellsTheStateBefore) {
    SignalsAndTellsTheStateBefore(NtSetEvent);
}
CONFORMANCE(ZwSetEvent, SignalsAndTellsTheStateBefore) {
    SignalsAndTellsTheStateBefore(ZwSetEvent);
}
CONFORMANCE_IN_CALLER(NtSetEvent, WantsTheRight) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_SUCCESS(ZwCreateEvent(&event, SYNCHRONIZE, &attributes, NotificationEvent, FALSE));
    CHECK_STATUS(NtSetEvent(event, NULL), STATUS_ACCESS_DENIED);
    CHECK_STATUS(NtClose(event), STATUS_SUCCESS);
}
