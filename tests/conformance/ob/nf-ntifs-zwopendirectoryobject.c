// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

DECLARE_SERVICE(OpenDirectoryObject, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);

static VOID OpensADirectoryByName(NTSTATUS(NTAPI* Open)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES)) {
    HANDLE directory = NULL;
    NAMED named;
    CHECK_STATUS(
        Open(&directory, DIRECTORY_QUERY | DIRECTORY_TRAVERSE, Named(&named, L"\\Device", 0)),
        STATUS_SUCCESS);
    CHECK_EQ(GrantedTo(directory), DIRECTORY_QUERY | DIRECTORY_TRAVERSE);
    ZwClose(directory);
    CHECK_STATUS(Open(&directory, DIRECTORY_QUERY, Named(&named, L"\\CfNothing", 0)),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(Open(&directory, DIRECTORY_QUERY, Named(&named, L"\\CfNothing\\X", 0)),
                 STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(Open(&directory, DIRECTORY_QUERY, Named(&named, L"Device", 0)),
                 STATUS_OBJECT_PATH_SYNTAX_BAD);
}
CONFORMANCE(NtOpenDirectoryObject, OpensADirectoryByName) {
    OpensADirectoryByName(NtOpenDirectoryObject);
}
CONFORMANCE(ZwOpenDirectoryObject, OpensADirectoryByName) {
    OpensADirectoryByName(ZwOpenDirectoryObject);
}
CONFORMANCE(ZwOpenDirectoryObject, WantsADirectory) {
    HANDLE directory = NULL, event = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfEvent", 0),
                                NotificationEvent, FALSE));
    CHECK_STATUS(ZwOpenDirectoryObject(&directory, DIRECTORY_QUERY, &named.Attributes),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(event);
}
