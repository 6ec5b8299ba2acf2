/* SPDX-License-Identifier: GPL-2.0-only */
#include "files.h"

#define PATH L"\\??\\C:\\iocreatefile.txt"

CONFORMANCE(IoCreateFile, MakesAndOpensFiles) {
    HANDLE file;
    UNICODE_STRING name;
    IO_STATUS_BLOCK status;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH);
    CHECK_SUCCESS(IoCreateFile(&file, FILES_ALL, &attributes, &status, NULL, 0, 0, FILE_CREATE, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0, CreateFileTypeNone, NULL, 0));
    CHECK_EQ(status.Information, FILE_CREATED);
    ZwClose(file);
    CHECK_NOT_OPENED(IoCreateFile(&file, FILES_ALL, &attributes, &status, NULL, 0, 0, FILE_CREATE, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0, CreateFileTypeNone, NULL, 0), file, STATUS_OBJECT_NAME_COLLISION);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(IoCreateFile, ChecksParametersUnlessToldNotTo) {
    HANDLE file;
    UNICODE_STRING name;
    IO_STATUS_BLOCK status;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH);
    /* A synchronous file without SYNCHRONIZE. */
    CHECK_NOT_OPENED(IoCreateFile(&file, FILE_READ_DATA | DELETE, &attributes, &status, NULL, 0, 0, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT | FILE_DELETE_ON_CLOSE, NULL, 0, CreateFileTypeNone, NULL, 0), file, STATUS_INVALID_PARAMETER);
    CHECK_SUCCESS(IoCreateFile(&file, FILE_READ_DATA | DELETE, &attributes, &status, NULL, 0, 0, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT | FILE_DELETE_ON_CLOSE, NULL, 0, CreateFileTypeNone, NULL, IO_NO_PARAMETER_CHECKING));
    ZwClose(file);
    CHECK_STATUS(FilesExists(PATH), STATUS_OBJECT_NAME_NOT_FOUND);
}
