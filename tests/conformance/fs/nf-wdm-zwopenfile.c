/* SPDX-License-Identifier: GPL-2.0-only */
#include "files.h"

#define PATH L"\\??\\C:\\zwopenfile.txt"

CONFORMANCE(ZwOpenFile, OpensWhatIsThereAndMakesNothing) {
    HANDLE file = FilesNew(PATH);
    UNICODE_STRING name;
    IO_STATUS_BLOCK status;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH);
    REQUIRE(file != NULL);
    ZwClose(file);
    CHECK_SUCCESS(ZwOpenFile(&file, FILES_READ, &attributes, &status, FILES_SHARE_ALL, FILE_SYNCHRONOUS_IO_NONALERT));
    CHECK_EQ(status.Information, FILE_OPENED);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
    CHECK_STATUS(ZwOpenFile(&file, FILES_READ, &attributes, &status, FILES_SHARE_ALL, FILE_SYNCHRONOUS_IO_NONALERT), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(FilesExists(PATH), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(ZwOpenFile, OpensDirectoriesAndVolumes) {
    HANDLE file;
    UNICODE_STRING name;
    IO_STATUS_BLOCK status;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, L"\\??\\C:\\");
    CHECK_SUCCESS(ZwOpenFile(&file, FILE_LIST_DIRECTORY | SYNCHRONIZE, &attributes, &status, FILES_SHARE_ALL, FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT));
    ZwClose(file);
    attributes = FilesAttributes(&name, L"\\??\\C:");
    CHECK_SUCCESS(ZwOpenFile(&file, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &attributes, &status, FILES_SHARE_ALL, FILE_SYNCHRONOUS_IO_NONALERT));
    ZwClose(file);
}

CONFORMANCE(NtOpenFile, OpensWhatIsThere) {
    HANDLE file = FilesNew(PATH);
    UNICODE_STRING name;
    IO_STATUS_BLOCK status;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH);
    REQUIRE(file != NULL);
    ZwClose(file);
    CHECK_SUCCESS(NtOpenFile(&file, FILES_READ, &attributes, &status, FILES_SHARE_ALL, FILE_SYNCHRONOUS_IO_NONALERT));
    NtClose(file);
    CHECK_STATUS(NtOpenFile(&file, FILES_READ, &attributes, &status, FILES_SHARE_ALL, FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT), STATUS_NOT_A_DIRECTORY);
    CHECK_SUCCESS(FilesDelete(PATH));
}
