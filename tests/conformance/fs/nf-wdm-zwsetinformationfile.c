/* SPDX-License-Identifier: GPL-2.0-only */
#include "files.h"

#define PATH L"\\??\\C:\\zwsetinformationfile.txt"

typedef struct _RENAME {
    FILE_RENAME_INFORMATION head;
    WCHAR more[80];
} RENAME;

static NTSTATUS Rename(HANDLE file, const WCHAR* to, BOOLEAN replace, FILE_INFORMATION_CLASS what) {
    RENAME rename = {{0}};
    IO_STATUS_BLOCK status;
    ULONG length = 0;
    while (to[length]) ++length;
    rename.head.ReplaceIfExists = replace;
    rename.head.FileNameLength = length * sizeof(WCHAR);
    RtlCopyMemory(rename.head.FileName, to, length * sizeof(WCHAR));
    return ZwSetInformationFile(file, &status, &rename, sizeof(rename), what);
}

CONFORMANCE(ZwSetInformationFile, EndOfFileCutsAndExtends) {
    UCHAR data[8];
    ULONG_PTR got;
    IO_STATUS_BLOCK status;
    FILE_END_OF_FILE_INFORMATION end;
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "12345678", 8, 0));
    end.EndOfFile.QuadPart = 3;
    CHECK_SUCCESS(ZwSetInformationFile(file, &status, &end, sizeof(end), FileEndOfFileInformation));
    end.EndOfFile.QuadPart = 6;
    CHECK_SUCCESS(ZwSetInformationFile(file, &status, &end, sizeof(end), FileEndOfFileInformation));
    CHECK_SUCCESS(FilesRead(file, data, 8, 0, &got));
    CHECK_EQ(got, 6);
    CHECK_BYTES(data, "123\0\0\0", 6);
    end.EndOfFile.QuadPart = -1;
    CHECK_STATUS(ZwSetInformationFile(file, &status, &end, sizeof(end), FileEndOfFileInformation), STATUS_INVALID_PARAMETER);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwSetInformationFile, PositionIsWhereTheNextTransferBegins) {
    UCHAR data[4];
    IO_STATUS_BLOCK status;
    FILE_POSITION_INFORMATION position;
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "12345678", 8, 0));
    position.CurrentByteOffset.QuadPart = 4;
    CHECK_SUCCESS(ZwSetInformationFile(file, &status, &position, sizeof(position), FilePositionInformation));
    CHECK_SUCCESS(ZwReadFile(file, NULL, NULL, NULL, &status, data, 2, NULL, NULL));
    CHECK_BYTES(data, "56", 2);
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, &position, sizeof(position), FilePositionInformation));
    CHECK_EQ(position.CurrentByteOffset.QuadPart, 6);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwSetInformationFile, TimesAndAttributesStay) {
    IO_STATUS_BLOCK status;
    FILE_BASIC_INFORMATION basic = {{{0}}}, back;
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    basic.LastWriteTime.QuadPart = 130000000000000000;
    basic.LastAccessTime.QuadPart = 130000000010000000;
    CHECK_SUCCESS(ZwSetInformationFile(file, &status, &basic, sizeof(basic), FileBasicInformation));
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, &back, sizeof(back), FileBasicInformation));
    CHECK_EQ(back.LastWriteTime.QuadPart, basic.LastWriteTime.QuadPart);
    CHECK_EQ(back.LastAccessTime.QuadPart, basic.LastAccessTime.QuadPart);
    /* Only a directory is one. */
    RtlZeroMemory(&basic, sizeof(basic));
    basic.FileAttributes = FILE_ATTRIBUTE_DIRECTORY;
    CHECK_STATUS(ZwSetInformationFile(file, &status, &basic, sizeof(basic), FileBasicInformation), STATUS_INVALID_PARAMETER);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwSetInformationFile, DispositionDeletesWhenTheHandleCloses) {
    IO_STATUS_BLOCK status;
    FILE_DISPOSITION_INFORMATION disposition = {TRUE};
    FILE_STANDARD_INFORMATION standard;
    HANDLE file = FilesNew(PATH), second;
    REQUIRE(file != NULL);
    CHECK_SUCCESS(ZwSetInformationFile(file, &status, &disposition, sizeof(disposition), FileDispositionInformation));
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, &standard, sizeof(standard), FileStandardInformation));
    CHECK(standard.DeletePending);
    CHECK_NOT_OPENED(FilesCreate(&second, PATH, FILES_READ, FILES_SHARE_ALL, FILE_OPEN, 0, NULL), second, STATUS_DELETE_PENDING);
    disposition.DeleteFile = FALSE; /* and back */
    CHECK_SUCCESS(ZwSetInformationFile(file, &status, &disposition, sizeof(disposition), FileDispositionInformation));
    CHECK_SUCCESS(FilesCreate(&second, PATH, FILES_READ, FILES_SHARE_ALL, FILE_OPEN, 0, NULL));
    ZwClose(second);
    disposition.DeleteFile = TRUE;
    CHECK_SUCCESS(ZwSetInformationFile(file, &status, &disposition, sizeof(disposition), FileDispositionInformation));
    ZwClose(file);
    CHECK_STATUS(FilesExists(PATH), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(ZwSetInformationFile, DirectoriesWithFilesAreNotDeleted) {
    IO_STATUS_BLOCK status;
    FILE_DISPOSITION_INFORMATION disposition = {TRUE};
    HANDLE directory = FilesNewDirectory(L"\\??\\C:\\zwsetinformationfile.dir");
    HANDLE file = FilesNew(L"\\??\\C:\\zwsetinformationfile.dir\\inside");
    REQUIRE(directory != NULL && file != NULL);
    ZwClose(file);
    CHECK_STATUS(ZwSetInformationFile(directory, &status, &disposition, sizeof(disposition), FileDispositionInformation), STATUS_DIRECTORY_NOT_EMPTY);
    CHECK_SUCCESS(FilesDelete(L"\\??\\C:\\zwsetinformationfile.dir\\inside"));
    CHECK_SUCCESS(ZwSetInformationFile(directory, &status, &disposition, sizeof(disposition), FileDispositionInformation));
    ZwClose(directory);
    CHECK_STATUS(FilesExists(L"\\??\\C:\\zwsetinformationfile.dir"), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(ZwSetInformationFile, RenamesWithinAFolderAndAcross) {
    HANDLE file = FilesNew(PATH), directory = FilesNewDirectory(L"\\??\\C:\\zwsetinformationfile.dir");
    REQUIRE(file != NULL && directory != NULL);
    CHECK_SUCCESS(Rename(file, L"renamed.txt", FALSE, FileRenameInformation));
    CHECK_STATUS(FilesExists(PATH), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_SUCCESS(FilesExists(L"\\??\\C:\\renamed.txt"));
    CHECK_SUCCESS(Rename(file, L"RENAMED.txt", FALSE, FileRenameInformation)); /* only its case */
    CHECK_SUCCESS(Rename(file, L"\\??\\C:\\zwsetinformationfile.dir\\moved", FALSE, FileRenameInformation));
    CHECK_SUCCESS(FilesExists(L"\\??\\C:\\zwsetinformationfile.dir\\moved"));
    CHECK_STATUS(Rename(file, L"\\??\\C:\\nowhere\\moved", FALSE, FileRenameInformation), STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(Rename(file, L"a*b", FALSE, FileRenameInformation), STATUS_OBJECT_NAME_INVALID);
    ZwClose(file);
    ZwClose(directory);
    CHECK_SUCCESS(FilesDelete(L"\\??\\C:\\zwsetinformationfile.dir\\moved"));
    CHECK_SUCCESS(FilesDelete(L"\\??\\C:\\zwsetinformationfile.dir"));
}

CONFORMANCE(ZwSetInformationFile, RenameReplacesOnlyWhenAsked) {
    UCHAR data[4];
    ULONG_PTR got;
    HANDLE file = FilesNew(PATH), other = FilesNew(L"\\??\\C:\\other.txt");
    REQUIRE(file != NULL && other != NULL);
    CHECK_SUCCESS(FilesWrite(file, "new", 3, 0));
    CHECK_STATUS(Rename(file, L"other.txt", FALSE, FileRenameInformation), STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS(Rename(file, L"other.txt", TRUE, FileRenameInformation), STATUS_ACCESS_DENIED); /* it is open */
    ZwClose(other);
    CHECK_SUCCESS(Rename(file, L"other.txt", TRUE, FileRenameInformation));
    ZwClose(file);
    REQUIRE_OPEN(FilesCreate(&file, L"\\??\\C:\\other.txt", FILES_READ, 0, FILE_OPEN, 0, NULL));
    CHECK_SUCCESS(FilesRead(file, data, 4, 0, &got));
    CHECK_EQ(got, 3);
    CHECK_BYTES(data, "new", 3);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(L"\\??\\C:\\other.txt"));
}

CONFORMANCE(ZwSetInformationFile, LinksShareTheirContents) {
    UCHAR data[4];
    ULONG_PTR got;
    IO_STATUS_BLOCK status;
    FILE_STANDARD_INFORMATION standard;
    HANDLE file = FilesNew(PATH), second;
    REQUIRE(file != NULL);
    CHECK_SUCCESS(Rename(file, L"link.txt", FALSE, FileLinkInformation));
    CHECK_SUCCESS(FilesWrite(file, "both", 4, 0));
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, &standard, sizeof(standard), FileStandardInformation));
    CHECK_EQ(standard.NumberOfLinks, 2);
    REQUIRE_OPEN(FilesCreate(&second, L"\\??\\C:\\link.txt", FILES_READ, FILES_SHARE_ALL, FILE_OPEN, 0, NULL));
    CHECK_SUCCESS(FilesRead(second, data, 4, 0, &got));
    CHECK_BYTES(data, "both", 4);
    ZwClose(second);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(L"\\??\\C:\\link.txt"));
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwSetInformationFile, RefusesClassesLengthsAndMissingRights) {
    IO_STATUS_BLOCK status;
    FILE_DISPOSITION_INFORMATION disposition = {TRUE};
    LARGE_INTEGER end = {.QuadPart = 0};
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    CHECK_STATUS(ZwSetInformationFile(file, &status, &end, 1, FileEndOfFileInformation), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwSetInformationFile(file, &status, &end, sizeof(end), (FILE_INFORMATION_CLASS)0x7000), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ZwSetInformationFile((HANDLE)(LONG_PTR)0x7ffc, &status, &end, sizeof(end), FileEndOfFileInformation), STATUS_INVALID_HANDLE);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
    (void)disposition;
}

CONFORMANCE(NtSetInformationFile, SetsAsItsTwinDoes) {
    IO_STATUS_BLOCK status;
    FILE_END_OF_FILE_INFORMATION end = {{.QuadPart = 5}};
    FILE_STANDARD_INFORMATION standard;
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    CHECK_SUCCESS(NtSetInformationFile(file, &status, &end, sizeof(end), FileEndOfFileInformation));
    CHECK_SUCCESS(NtQueryInformationFile(file, &status, &standard, sizeof(standard), FileStandardInformation));
    CHECK_EQ(standard.EndOfFile.QuadPart, 5);
    CHECK_STATUS(NtSetInformationFile(file, &status, &end, 4, FileEndOfFileInformation), STATUS_INFO_LENGTH_MISMATCH);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}
