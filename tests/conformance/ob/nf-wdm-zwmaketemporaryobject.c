// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

NTSYSAPI NTSTATUS NTAPI NtMakeTemporaryObject(HANDLE);

static VOID APermanentNameGoesWithTheLastHandleAgain(NTSTATUS(NTAPI* MakeTemporary)(HANDLE)) {
    HANDLE event = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS,
                                Named(&named, L"\\CfEvent", OBJ_PERMANENT), NotificationEvent,
                                FALSE));
    ZwClose(event);
    CHECK_STATUS(ZwOpenEvent(&event, EVENT_ALL_ACCESS | DELETE, Named(&named, L"\\CfEvent", 0)),
                 STATUS_SUCCESS);
    CHECK_STATUS(MakeTemporary(event), STATUS_SUCCESS);
    CHECK_STATUS(MakeTemporary(event), STATUS_SUCCESS);  // already temporary: nothing happens
    ZwClose(event);
    CHECK_STATUS(ZwOpenEvent(&event, EVENT_ALL_ACCESS, &named.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(MakeTemporary(NO_HANDLE), STATUS_INVALID_HANDLE);
}
CONFORMANCE(NtMakeTemporaryObject, APermanentNameGoesWithTheLastHandleAgain) {
    APermanentNameGoesWithTheLastHandleAgain(NtMakeTemporaryObject);
}
CONFORMANCE(ZwMakeTemporaryObject, APermanentNameGoesWithTheLastHandleAgain) {
    APermanentNameGoesWithTheLastHandleAgain(ZwMakeTemporaryObject);
}
