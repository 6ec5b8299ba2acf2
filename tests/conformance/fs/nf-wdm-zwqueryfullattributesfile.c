/* SPDX-License-Identifier: GPL-2.0-only */
#include "files.h"

NTKERNELAPI NTSTATUS NTAPI NtQueryFullAttributesFile(POBJECT_ATTRIBUTES, PFILE_NETWORK_OPEN_INFORMATION);
NTKERNELAPI NTSTATUS NTAPI NtQueryAttributesFile(POBJECT_ATTRIBUTES, PFILE_BASIC_INFORMATION);
NTKERNELAPI NTSTATUS NTAPI ZwQueryAttributesFile(POBJECT_ATTRIBUTES, PFILE_BASIC_INFORMATION);

#define PATH L"\\??\\C:\\zwqueryfullattributesfile.txt"

static BOOLEAN MakeFile(void) {
    HANDLE file = FilesNew(PATH);
    NTSTATUS status = file ? FilesWrite(file, "12345", 5, 0) : STATUS_UNSUCCESSFUL;
    if (file) ZwClose(file);
    return NT_SUCCESS(status);
}

CONFORMANCE(ZwQueryFullAttributesFile, TellsSizeTimesAndAttributes) {
    UNICODE_STRING name;
    FILE_NETWORK_OPEN_INFORMATION information = {{{0}}};
    LARGE_INTEGER now;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH);
    REQUIRE(MakeFile());
    CHECK_SUCCESS(ZwQueryFullAttributesFile(&attributes, &information));
    CHECK_EQ(information.EndOfFile.QuadPart, 5);
    CHECK((information.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0);
    KeQuerySystemTime(&now);
    CHECK(information.LastWriteTime.QuadPart > now.QuadPart - 60 * 10000000ll && information.LastWriteTime.QuadPart < now.QuadPart + 60 * 10000000ll);
    CHECK_SUCCESS(FilesDelete(PATH));
    CHECK_STATUS(ZwQueryFullAttributesFile(&attributes, &information), STATUS_OBJECT_NAME_NOT_FOUND);
    attributes = FilesAttributes(&name, L"\\??\\C:\\Windows");
    CHECK_SUCCESS(ZwQueryFullAttributesFile(&attributes, &information));
    CHECK((information.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0);
}

CONFORMANCE(NtQueryFullAttributesFile, AnswersAsItsTwinDoes) {
    UNICODE_STRING name;
    FILE_NETWORK_OPEN_INFORMATION information;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH);
    REQUIRE(MakeFile());
    CHECK_SUCCESS(NtQueryFullAttributesFile(&attributes, &information));
    CHECK_EQ(information.EndOfFile.QuadPart, 5);
    CHECK_SUCCESS(FilesDelete(PATH));
    CHECK_STATUS(NtQueryFullAttributesFile(&attributes, &information), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(ZwQueryAttributesFile, TellsTimesAndAttributes) {
    UNICODE_STRING name;
    FILE_BASIC_INFORMATION information = {{{0}}};
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH);
    REQUIRE(MakeFile());
    CHECK_SUCCESS(ZwQueryAttributesFile(&attributes, &information));
    CHECK(information.FileAttributes != 0 && information.LastWriteTime.QuadPart != 0);
    CHECK_SUCCESS(FilesDelete(PATH));
    CHECK_STATUS(ZwQueryAttributesFile(&attributes, &information), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(NtQueryAttributesFile, AnswersAsItsTwinDoes) {
    UNICODE_STRING name;
    FILE_BASIC_INFORMATION information = {{{0}}};
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, L"\\??\\C:\\Windows");
    CHECK_SUCCESS(NtQueryAttributesFile(&attributes, &information));
    CHECK((information.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0);
    attributes = FilesAttributes(&name, L"\\??\\C:\\nothing here");
    CHECK_STATUS(NtQueryAttributesFile(&attributes, &information), STATUS_OBJECT_NAME_NOT_FOUND);
}
