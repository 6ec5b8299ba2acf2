// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtQueryDirectoryObject (winternl.h), documented at
// learn.microsoft.com/windows/win32/devnotes.
#include "names.h"

typedef struct _ENTRY {
    UNICODE_STRING Name;
    UNICODE_STRING TypeName;
} ENTRY;
DECLARE_SERVICE(QueryDirectoryObject, HANDLE, PVOID, ULONG, BOOLEAN, BOOLEAN, PULONG, PULONG);

static VOID ListsNamesAndTypes(NTSTATUS(NTAPI* Query)(HANDLE, PVOID, ULONG, BOOLEAN, BOOLEAN,
                                                      PULONG, PULONG)) {
    UCHAR room[512] __attribute__((aligned(8)));
    ENTRY* entries = (ENTRY*)room;
    HANDLE directory = NULL, first = NULL, second = NULL;
    ULONG context = 77, returned = 0;
    NAMED named;
    CHECK_SUCCESS(
        ZwCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, Named(&named, L"\\CfList", 0)));
    CHECK_STATUS(Query(directory, room, sizeof(room), TRUE, TRUE, &context, &returned),
                 STATUS_NO_MORE_ENTRIES);
    CHECK_SUCCESS(ZwCreateEvent(&first, EVENT_ALL_ACCESS, Named(&named, L"\\CfList\\One", 0),
                                NotificationEvent, FALSE));
    CHECK_SUCCESS(
        ZwCreateDirectoryObject(&second, DIRECTORY_ALL_ACCESS, Named(&named, L"\\CfList\\Two", 0)));
    CHECK_STATUS(Query(directory, room, sizeof(room), FALSE, TRUE, &context, &returned),
                 STATUS_SUCCESS);
    CHECK_EQ(context, 2);
    CHECK(entries[2].Name.Buffer == NULL);
    CHECK(ConformanceSameText(&entries[0].Name, L"One") ||
          ConformanceSameText(&entries[1].Name, L"One"));
    CHECK(ConformanceSameText(&entries[0].TypeName, L"Event") ||
          ConformanceSameText(&entries[1].TypeName, L"Event"));
    CHECK_STATUS(Query(directory, room, sizeof(room), TRUE, TRUE, &context, &returned),
                 STATUS_SUCCESS);
    CHECK_EQ(context, 1);
    CHECK_STATUS(Query(directory, room, sizeof(room), TRUE, FALSE, &context, &returned),
                 STATUS_SUCCESS);
    CHECK_STATUS(Query(directory, room, sizeof(room), TRUE, FALSE, &context, &returned),
                 STATUS_NO_MORE_ENTRIES);
    CHECK_STATUS(Query(directory, room, 8, TRUE, TRUE, &context, &returned),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK(returned > 8);
    CHECK_STATUS(Query(first, room, sizeof(room), TRUE, TRUE, &context, &returned),
                 STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(Query(NO_HANDLE, room, sizeof(room), TRUE, TRUE, &context, &returned),
                 STATUS_INVALID_HANDLE);
    ZwClose(second);
    ZwClose(first);
    ZwClose(directory);
}
CONFORMANCE(NtQueryDirectoryObject, ListsNamesAndTypes) {
    ListsNamesAndTypes(NtQueryDirectoryObject);
}
CONFORMANCE(ZwQueryDirectoryObject, ListsNamesAndTypes) {
    ListsNamesAndTypes(ZwQueryDirectoryObject);
}
