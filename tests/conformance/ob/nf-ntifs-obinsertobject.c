// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

NTKERNELAPI NTSTATUS NTAPI ObCreateObject(KPROCESSOR_MODE ProbeMode, POBJECT_TYPE ObjectType,
                                          POBJECT_ATTRIBUTES ObjectAttributes,
                                          KPROCESSOR_MODE OwnershipMode, PVOID ParseContext,
                                          ULONG ObjectBodySize, ULONG PagedPoolCharge,
                                          ULONG NonPagedPoolCharge, PVOID* Object);

CONFORMANCE(ObInsertObject, NamesTheObjectAndGivesItAHandle) {
    HANDLE handle = NULL, found = NULL;
    PVOID object = NULL, same = NULL;
    NAMED named;
    CHECK_SUCCESS(ObCreateObject(KernelMode, *ExEventObjectType, Named(&named, L"\\CfInserted", 0),
                                 KernelMode, NULL, sizeof(KEVENT), 0, 0, &object));
    REQUIRE(object != NULL);
    KeInitializeEvent(object, NotificationEvent, TRUE);
    CHECK_STATUS(ObInsertObject(object, NULL, EVENT_QUERY_STATE | SYNCHRONIZE, 1, &same, &handle),
                 STATUS_SUCCESS);
    CHECK_EQ(same, object);
    CHECK_EQ(GrantedTo(handle), EVENT_QUERY_STATE | SYNCHRONIZE);
    CHECK_STATUS(ZwOpenEvent(&found, EVENT_QUERY_STATE, &named.Attributes), STATUS_SUCCESS);
    CHECK(SameObject(found, handle));
    ZwClose(found);
    ZwClose(handle);
    CHECK_EQ(KeReadStateEvent(object), 1);  // the bias keeps it
    ObDereferenceObject(object);
}
CONFORMANCE(ObInsertObject, ATakenNameEndsTheObject) {
    HANDLE event = NULL, handle = NULL;
    PVOID object = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfInserted", 0),
                                NotificationEvent, FALSE));
    CHECK_SUCCESS(ObCreateObject(KernelMode, *ExEventObjectType, &named.Attributes, KernelMode,
                                 NULL, sizeof(KEVENT), 0, 0, &object));
    REQUIRE(object != NULL);
    KeInitializeEvent(object, NotificationEvent, FALSE);
    CHECK_STATUS(ObInsertObject(object, NULL, 0, 0, NULL, &handle), STATUS_OBJECT_NAME_COLLISION);
    ZwClose(event);
}
