// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

typedef NTSTATUS(NTAPI* QUERY)(HANDLE, OBJECT_INFORMATION_CLASS, PVOID, ULONG, PULONG);
static VOID TellsNameTypeAndCounts(QUERY Query) {
    UCHAR room[256] __attribute__((aligned(8)));
    PUBLIC_OBJECT_BASIC_INFORMATION basic;
    HANDLE event = NULL, other = NULL;
    ULONG returned = 0;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_QUERY_STATE, Named(&named, L"\\CfEvent", 0),
                                NotificationEvent, FALSE));
    CHECK_SUCCESS(ZwOpenEvent(&other, EVENT_ALL_ACCESS, &named.Attributes));
    CHECK_STATUS(Query(event, ObjectBasicInformation, &basic, sizeof(basic), &returned),
                 STATUS_SUCCESS);
    CHECK_EQ(basic.GrantedAccess, EVENT_QUERY_STATE);
    CHECK_EQ(basic.HandleCount, 2);
    CHECK(basic.PointerCount >= 2);
    CHECK_STATUS(Query(event, ObjectTypeInformation, room, sizeof(room), &returned),
                 STATUS_SUCCESS);
    CHECK_TEXT(&((PUBLIC_OBJECT_TYPE_INFORMATION*)room)->TypeName, L"Event");
    CHECK_STATUS(Query(event, (OBJECT_INFORMATION_CLASS)1, room, sizeof(room), &returned),
                 STATUS_SUCCESS);
    CHECK_TEXT((UNICODE_STRING*)room, L"\\CfEvent");
    CHECK_STATUS(Query(event, ObjectTypeInformation, room, 8, &returned),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK(returned > 8);
    CHECK(!NT_SUCCESS(Query(event, (OBJECT_INFORMATION_CLASS)77, room, sizeof(room), &returned)));
    CHECK_STATUS(Query(NO_HANDLE, ObjectBasicInformation, &basic, sizeof(basic), NULL),
                 STATUS_INVALID_HANDLE);
    ZwClose(other);
    ZwClose(event);
}
CONFORMANCE(NtQueryObject, TellsNameTypeAndCounts) { TellsNameTypeAndCounts(NtQueryObject); }
CONFORMANCE(ZwQueryObject, TellsNameTypeAndCounts) { TellsNameTypeAndCounts(ZwQueryObject); }
static VOID ListsTheTypes(QUERY Query) {
    ULONG bytes = 64 * 1024, returned = 0, i, found = 0;
    PUCHAR room = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, CONFORMANCE_TAG), at;
    REQUIRE(room != NULL);
    CHECK_STATUS(Query(NULL, (OBJECT_INFORMATION_CLASS)3, room, 4, &returned),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Query(NULL, (OBJECT_INFORMATION_CLASS)3, room, bytes, &returned), STATUS_SUCCESS);
    for (i = 0, at = room + 8; i < *(ULONG*)room; i++) {
        PUBLIC_OBJECT_TYPE_INFORMATION* type = (PVOID)at;
        if (ConformanceSameText(&type->TypeName, L"Event") ||
            ConformanceSameText(&type->TypeName, L"Directory"))
            found++;
        at += sizeof(*type) + ((type->TypeName.MaximumLength + 7) & ~7);
    }
    CHECK_EQ(found, 2);
    ExFreePoolWithTag(room, CONFORMANCE_TAG);
}
CONFORMANCE(NtQueryObject, ListsTheTypes) { ListsTheTypes(NtQueryObject); }
CONFORMANCE(ZwQueryObject, ListsTheTypes) { ListsTheTypes(ZwQueryObject); }
