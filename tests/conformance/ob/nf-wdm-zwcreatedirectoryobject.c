// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

DECLARE_SERVICE(CreateDirectoryObject, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);

static VOID MakesOneDirectoryOfAName(NTSTATUS(NTAPI* Create)(PHANDLE, ACCESS_MASK,
                                                             POBJECT_ATTRIBUTES)) {
    HANDLE directory = NULL, again = NULL, inner = NULL;
    NAMED named;
    CHECK_STATUS(Create(&directory, DIRECTORY_ALL_ACCESS, Named(&named, L"\\CfDirectory", 0)),
                 STATUS_SUCCESS);
    CHECK_STATUS(Create(&again, DIRECTORY_ALL_ACCESS, Named(&named, L"\\cfdirectory", 0)),
                 STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS(Create(&again, DIRECTORY_ALL_ACCESS, Named(&named, L"\\CfDirectory", OBJ_OPENIF)),
                 STATUS_OBJECT_NAME_EXISTS);
    CHECK(SameObject(directory, again));
    CHECK_STATUS(Create(&inner, DIRECTORY_ALL_ACCESS, Named(&named, L"\\CfNothing\\Inner", 0)),
                 STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(Create(&inner, DIRECTORY_ALL_ACCESS, Named(&named, L"CfRelative", 0)),
                 STATUS_OBJECT_PATH_SYNTAX_BAD);
    CHECK_STATUS(Create(&inner, DIRECTORY_QUERY, Named(&named, L"\\CfDirectory\\Inner", 0)),
                 STATUS_SUCCESS);
    CHECK_EQ(GrantedTo(inner), DIRECTORY_QUERY);
    ZwClose(inner);
    ZwClose(again);
    ZwClose(directory);
    CHECK_STATUS(Create(&directory, DIRECTORY_ALL_ACCESS, Named(&named, L"\\CfDirectory", 0)),
                 STATUS_SUCCESS);
    ZwClose(directory);  // a temporary name goes with its last handle: it was free again
}
CONFORMANCE(NtCreateDirectoryObject, MakesOneDirectoryOfAName) {
    MakesOneDirectoryOfAName(NtCreateDirectoryObject);
}
CONFORMANCE(ZwCreateDirectoryObject, MakesOneDirectoryOfAName) {
    MakesOneDirectoryOfAName(ZwCreateDirectoryObject);
}
