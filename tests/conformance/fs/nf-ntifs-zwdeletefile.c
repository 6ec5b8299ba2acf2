/* SPDX-License-Identifier: GPL-2.0-only */
#include "files.h"

NTKERNELAPI NTSTATUS NTAPI NtDeleteFile(POBJECT_ATTRIBUTES ObjectAttributes);

#define PATH L"\\??\\C:\\zwdeletefile.txt"

CONFORMANCE(ZwDeleteFile, DeletesByName) {
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
    CHECK_STATUS(FilesDelete(PATH), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(FilesDelete(L"\\??\\C:\\nowhere\\x"), STATUS_OBJECT_PATH_NOT_FOUND);
}

CONFORMANCE(ZwDeleteFile, WaitsForOpenHandlesAndRespectsSharing) {
    HANDLE file;
    REQUIRE_OPEN(FilesCreate(&file, PATH, FILES_READ, FILE_SHARE_READ, FILE_OPEN_IF, 0, NULL));
    CHECK_STATUS(FilesDelete(PATH), STATUS_SHARING_VIOLATION);
    ZwClose(file);
    REQUIRE_OPEN(FilesCreate(&file, PATH, FILES_READ, FILES_SHARE_ALL, FILE_OPEN, 0, NULL));
    CHECK_SUCCESS(FilesDelete(PATH));
    CHECK_STATUS(FilesExists(PATH), STATUS_DELETE_PENDING);
    ZwClose(file);
    CHECK_STATUS(FilesExists(PATH), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(NtDeleteFile, DeletesByName) {
    HANDLE file = FilesNew(PATH);
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH);
    REQUIRE(file != NULL);
    ZwClose(file);
    CHECK_SUCCESS(NtDeleteFile(&attributes));
    CHECK_STATUS(NtDeleteFile(&attributes), STATUS_OBJECT_NAME_NOT_FOUND);
}
