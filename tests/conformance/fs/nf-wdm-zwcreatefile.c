/* SPDX-License-Identifier: GPL-2.0-only */
#include "files.h"

#define PATH L"\\??\\C:\\zwcreatefile.txt"

CONFORMANCE(ZwCreateFile, DispositionsDoAsTheTableSays) {
    HANDLE file;
    ULONG_PTR did;
    CHECK_NOT_OPENED(FilesCreate(&file, PATH, FILES_READ, 0, FILE_OPEN, 0, NULL), file, STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_NOT_OPENED(FilesCreate(&file, PATH, FILES_ALL, 0, FILE_OVERWRITE, 0, NULL), file, STATUS_OBJECT_NAME_NOT_FOUND);
    REQUIRE_OPEN(FilesCreate(&file, PATH, FILES_ALL, 0, FILE_CREATE, 0, &did));
    CHECK_EQ(did, FILE_CREATED);
    CHECK_SUCCESS(FilesWrite(file, "12345", 5, 0));
    CHECK_SUCCESS(ZwClose(file));
    CHECK_NOT_OPENED(FilesCreate(&file, PATH, FILES_ALL, 0, FILE_CREATE, 0, NULL), file, STATUS_OBJECT_NAME_COLLISION);
    static const struct {
        ULONG disposition;
        ULONG_PTR did;
        BOOLEAN empties;
    } cases[] = {{FILE_OPEN, FILE_OPENED, FALSE}, {FILE_OPEN_IF, FILE_OPENED, FALSE}, {FILE_OVERWRITE, FILE_OVERWRITTEN, TRUE},
                 {FILE_OVERWRITE_IF, FILE_OVERWRITTEN, TRUE}, {FILE_SUPERSEDE, FILE_SUPERSEDED, TRUE}};
    for (ULONG i = 0; i < RTL_NUMBER_OF(cases); ++i) {
        FILE_STANDARD_INFORMATION size;
        IO_STATUS_BLOCK status;
        REQUIRE_OPEN(FilesCreate(&file, PATH, FILES_ALL, 0, cases[i].disposition, 0, &did));
        CHECK_EQ(did, cases[i].did);
        CHECK_SUCCESS(ZwQueryInformationFile(file, &status, &size, sizeof(size), FileStandardInformation));
        CHECK_EQ(size.EndOfFile.QuadPart, cases[i].empties ? 0 : 5);
        CHECK_SUCCESS(FilesWrite(file, "12345", 5, 0));
        ZwClose(file);
    }
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwCreateFile, FindsNamesWithoutCaseAndKeepsTheirSpelling) {
    UCHAR buffer[256];
    FILE_NAME_INFORMATION* name = (FILE_NAME_INFORMATION*)buffer;
    IO_STATUS_BLOCK status;
    HANDLE file = FilesNew(L"\\??\\C:\\MiXeD.TxT");
    REQUIRE(file != NULL);
    ZwClose(file);
    REQUIRE_OPEN(FilesCreate(&file, L"\\DosDevices\\C:\\mixed.txt", FILES_READ, 0, FILE_OPEN, 0, NULL));
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, name, sizeof(buffer), FileNameInformation));
    UNICODE_STRING text = {(USHORT)name->FileNameLength, (USHORT)name->FileNameLength, name->FileName};
    CHECK_TEXT(&text, L"\\MiXeD.TxT");
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(L"\\??\\C:\\MIXED.TXT"));
}

CONFORMANCE(ZwCreateFile, ShareAccessHoldsBetweenOpeners) {
    HANDLE first, second;
    REQUIRE_OPEN(FilesCreate(&first, PATH, FILE_READ_DATA, FILE_SHARE_READ, FILE_OPEN_IF, 0, NULL));
    CHECK_NOT_OPENED(FilesCreate(&second, PATH, FILE_WRITE_DATA, FILES_SHARE_ALL, FILE_OPEN, 0, NULL), second, STATUS_SHARING_VIOLATION);
    CHECK_NOT_OPENED(FilesCreate(&second, PATH, DELETE, FILES_SHARE_ALL, FILE_OPEN, 0, NULL), second, STATUS_SHARING_VIOLATION);
    CHECK_NOT_OPENED(FilesCreate(&second, PATH, FILE_READ_DATA, FILE_SHARE_WRITE, FILE_OPEN, 0, NULL), second, STATUS_SHARING_VIOLATION);
    CHECK_SUCCESS(FilesCreate(&second, PATH, FILE_READ_DATA, FILE_SHARE_READ, FILE_OPEN, 0, NULL));
    ZwClose(second);
    ZwClose(first);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwCreateFile, DeleteOnCloseDeletesWithTheLastHandle) {
    HANDLE first, second;
    REQUIRE_OPEN(FilesCreate(&first, PATH, FILES_ALL, FILES_SHARE_ALL, FILE_CREATE, FILE_DELETE_ON_CLOSE, NULL));
    REQUIRE_OPEN(FilesCreate(&second, PATH, FILES_READ, FILES_SHARE_ALL, FILE_OPEN, 0, NULL));
    ZwClose(first);
    HANDLE third;
    CHECK_NOT_OPENED(FilesCreate(&third, PATH, FILES_READ, FILES_SHARE_ALL, FILE_OPEN, 0, NULL), third, STATUS_DELETE_PENDING);
    ZwClose(second);
    CHECK_NOT_OPENED(FilesCreate(&third, PATH, FILES_READ, FILES_SHARE_ALL, FILE_OPEN, 0, NULL), third, STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(ZwCreateFile, TellsFilesFromDirectories) {
    HANDLE file, directory = FilesNewDirectory(L"\\??\\C:\\zwcreatefile.dir");
    REQUIRE(directory != NULL);
    ZwClose(directory);
    file = FilesNew(PATH);
    REQUIRE(file != NULL);
    ZwClose(file);
    CHECK_NOT_OPENED(FilesCreate(&file, L"\\??\\C:\\zwcreatefile.dir", FILES_READ, 0, FILE_OPEN, FILE_NON_DIRECTORY_FILE, NULL), file, STATUS_FILE_IS_A_DIRECTORY);
    CHECK_NOT_OPENED(FilesCreate(&file, PATH, FILES_READ, 0, FILE_OPEN, FILE_DIRECTORY_FILE, NULL), file, STATUS_NOT_A_DIRECTORY);
    CHECK_NOT_OPENED(FilesCreate(&file, PATH L"\\below", FILES_READ, 0, FILE_OPEN, 0, NULL), file, STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_NOT_OPENED(FilesCreate(&file, L"\\??\\C:\\nowhere\\below", FILES_READ, 0, FILE_OPEN_IF, 0, NULL), file, STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_SUCCESS(FilesDelete(PATH));
    CHECK_SUCCESS(FilesDelete(L"\\??\\C:\\zwcreatefile.dir"));
}

CONFORMANCE(ZwCreateFile, RefusesWhatDoesNotFitTogether) {
    HANDLE file;
    IO_STATUS_BLOCK status;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH L".refused");
    /* A directory and not a directory; a synchronous file without SYNCHRONIZE; delete on close without DELETE. */
    CHECK_NOT_OPENED(FilesCreate(&file, PATH L".refused", FILES_READ, 0, FILE_OPEN_IF, FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE, NULL), file, STATUS_INVALID_PARAMETER);
    CHECK_NOT_OPENED(ZwCreateFile(&file, FILE_READ_DATA, &attributes, &status, NULL, 0, 0, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0), file, STATUS_INVALID_PARAMETER);
    CHECK_NOT_OPENED(FilesCreate(&file, PATH L".refused", FILES_READ, 0, FILE_OPEN_IF, FILE_DELETE_ON_CLOSE, NULL), file, STATUS_INVALID_PARAMETER);
    CHECK_NOT_OPENED(FilesCreate(&file, PATH L".refused", FILES_READ, 0, FILE_MAXIMUM_DISPOSITION + 1, 0, NULL), file, STATUS_INVALID_PARAMETER);
    CHECK_NOT_OPENED(FilesCreate(&file, L"\\??\\C:\\a*b", FILES_READ, 0, FILE_OPEN, 0, NULL), file, STATUS_OBJECT_NAME_INVALID);
    CHECK_NOT_OPENED(FilesCreate(&file, L"\\??\\C:\\a\\..\\b", FILES_READ, 0, FILE_OPEN, 0, NULL), file, STATUS_OBJECT_NAME_INVALID);
    FilesDelete(PATH L".refused"); /* where one was made nevertheless */
}

CONFORMANCE(ZwCreateFile, RelativeNamesStartAtTheRootDirectory) {
    HANDLE directory = FilesNewDirectory(L"\\??\\C:\\zwcreatefile.dir"), file = NULL;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK status;
    REQUIRE(directory != NULL);
    RtlInitUnicodeString(&name, L"inside");
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, directory, NULL);
    CHECK_SUCCESS(ZwCreateFile(&file, FILES_ALL, &attributes, &status, NULL, 0, 0, FILE_CREATE, FILE_SYNCHRONOUS_IO_NONALERT | FILE_DELETE_ON_CLOSE, NULL, 0));
    if (file) {
        CHECK_STATUS(FilesExists(L"\\??\\C:\\zwcreatefile.dir\\inside"), STATUS_SUCCESS);
        ZwClose(file);
    }
    ZwClose(directory);
    CHECK_SUCCESS(FilesDelete(L"\\??\\C:\\zwcreatefile.dir"));
}

CONFORMANCE(ZwCreateFile, SystemRootIsTheWindowsFolder) {
    HANDLE file;
    REQUIRE_OPEN(FilesCreate(&file, L"\\SystemRoot\\system32", FILES_READ, FILES_SHARE_ALL, FILE_OPEN, FILE_DIRECTORY_FILE, NULL));
    ZwClose(file);
}

CONFORMANCE_IN_CALLER(NtCreateFile, MakesFilesForTheCaller) {
    HANDLE file;
    UNICODE_STRING name;
    IO_STATUS_BLOCK status;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, L"\\??\\C:\\ntcreatefile.user");
    /* A user's pointers have to be the user's. */
    CHECK_NOT_OPENED(NtCreateFile(&file, FILES_ALL, &attributes, &status, NULL, 0, 0, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0), file, STATUS_ACCESS_VIOLATION);
    CHECK_NOT_OPENED(ZwCreateFile(&file, FILES_ALL, &attributes, &status, NULL, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0), file, STATUS_OBJECT_NAME_NOT_FOUND);
    FilesDelete(L"\\??\\C:\\ntcreatefile.user"); /* where one was made nevertheless */
}

CONFORMANCE(NtCreateFile, OpensOnAVolume) {
    HANDLE file;
    UNICODE_STRING name;
    IO_STATUS_BLOCK status;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, L"\\??\\C:\\ntcreatefile.txt");
    CHECK_SUCCESS(NtCreateFile(&file, FILES_ALL, &attributes, &status, NULL, 0, 0, FILE_CREATE, FILE_SYNCHRONOUS_IO_NONALERT | FILE_DELETE_ON_CLOSE, NULL, 0));
    CHECK_EQ(status.Information, FILE_CREATED);
    CHECK_SUCCESS(NtClose(file));
    CHECK_NOT_OPENED(NtCreateFile(&file, FILES_ALL, &attributes, &status, NULL, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0), file, STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(ZwCreateFile, RefusesExtendedAttributesThatTheVolumeHasNot) {
    union {
        FILE_FULL_EA_INFORMATION ea;
        UCHAR room[32];
    } list = {{0}};
    HANDLE file;
    UNICODE_STRING name;
    IO_STATUS_BLOCK status;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH L".ea");
    list.ea.EaNameLength = 1;
    list.ea.EaValueLength = 1;
    list.ea.EaName[0] = 'A';
    CHECK_NOT_OPENED(ZwCreateFile(&file, FILES_ALL, &attributes, &status, NULL, 0, 0, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT, &list, sizeof(list)), file, STATUS_EAS_NOT_SUPPORTED);
    FilesDelete(PATH L".ea"); /* where one was made nevertheless */
}

CONFORMANCE(ZwCreateFile, ReadOnlyFilesAreNotWritten) {
    HANDLE file;
    UNICODE_STRING name;
    IO_STATUS_BLOCK status;
    FILE_BASIC_INFORMATION basic = {0};
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, PATH);
    REQUIRE(NT_SUCCESS(ZwCreateFile(&file, FILES_ALL, &attributes, &status, NULL, FILE_ATTRIBUTE_READONLY, FILES_SHARE_ALL, FILE_CREATE, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0)));
    CHECK_SUCCESS(FilesWrite(file, "x", 1, 0)); /* the maker's handle may */
    ZwClose(file);
    CHECK_NOT_OPENED(FilesCreate(&file, PATH, FILE_WRITE_DATA, FILES_SHARE_ALL, FILE_OPEN, 0, NULL), file, STATUS_ACCESS_DENIED);
    CHECK_NOT_OPENED(FilesCreate(&file, PATH, DELETE, FILES_SHARE_ALL, FILE_OPEN, FILE_DELETE_ON_CLOSE, NULL), file, STATUS_CANNOT_DELETE);
    REQUIRE_OPEN(FilesCreate(&file, PATH, FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES, FILES_SHARE_ALL, FILE_OPEN, 0, NULL));
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, &basic, sizeof(basic), FileBasicInformation));
    CHECK((basic.FileAttributes & FILE_ATTRIBUTE_READONLY) != 0);
    RtlZeroMemory(&basic, sizeof(basic));
    basic.FileAttributes = FILE_ATTRIBUTE_NORMAL;
    CHECK_SUCCESS(ZwSetInformationFile(file, &status, &basic, sizeof(basic), FileBasicInformation));
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}
