/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading, writing, listing, locking and asking about files of a volume; ../io has the same services on devices. */
#include "files.h"

#define PATH L"\\??\\C:\\volume-files.txt"
#define FOLDER L"\\??\\C:\\volume-files.dir"

CONFORMANCE(ZwReadFile, EndsAtTheEndOfTheFile) {
    UCHAR data[16];
    ULONG_PTR got;
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "0123456789", 10, 0));
    CHECK_SUCCESS(FilesRead(file, data, 16, 4, &got));
    CHECK_EQ(got, 6);
    CHECK_BYTES(data, "456789", 6);
    CHECK_STATUS(FilesRead(file, data, 16, 10, &got), STATUS_END_OF_FILE);
    CHECK_STATUS(FilesRead(file, data, 16, 1000, &got), STATUS_END_OF_FILE);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwReadFile, MovesThePositionOfSynchronousFiles) {
    UCHAR data[4];
    IO_STATUS_BLOCK status;
    LARGE_INTEGER current = {.LowPart = FILE_USE_FILE_POINTER_POSITION, .HighPart = -1};
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "01234567", 8, 0));
    CHECK_SUCCESS(FilesRead(file, data, 4, 2, NULL));
    CHECK_SUCCESS(ZwReadFile(file, NULL, NULL, NULL, &status, data, 2, &current, NULL));
    CHECK_BYTES(data, "67", 2);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwWriteFile, AppendsAtTheEnd) {
    UCHAR data[8];
    ULONG_PTR got;
    IO_STATUS_BLOCK status;
    LARGE_INTEGER end = {.LowPart = FILE_WRITE_TO_END_OF_FILE, .HighPart = -1};
    HANDLE file = FilesNew(PATH), appender;
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "abc", 3, 0));
    CHECK_SUCCESS(ZwWriteFile(file, NULL, NULL, NULL, &status, "de", 2, &end, NULL));
    /* With only FILE_APPEND_DATA every write goes to the end. */
    REQUIRE_OPEN(FilesCreate(&appender, PATH, FILE_APPEND_DATA, FILES_SHARE_ALL, FILE_OPEN, 0, NULL));
    CHECK_SUCCESS(FilesWrite(appender, "f", 1, 0));
    ZwClose(appender);
    CHECK_SUCCESS(FilesRead(file, data, 8, 0, &got));
    CHECK_EQ(got, 6);
    CHECK_BYTES(data, "abcdef", 6);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwWriteFile, KeepsLargeTransfersWhole) {
    const ULONG bytes = 600 * 1024 + 123;
    ULONG_PTR got;
    BOOLEAN same = TRUE;
    UCHAR *data = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, CONFORMANCE_TAG), *back;
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL && data != NULL);
    for (ULONG i = 0; i < bytes; ++i) data[i] = (UCHAR)(i * 31 + (i >> 8));
    CHECK_SUCCESS(FilesWrite(file, data, bytes, 77));
    back = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, CONFORMANCE_TAG);
    if (back) {
        CHECK_SUCCESS(FilesRead(file, back, bytes, 77, &got));
        CHECK_EQ(got, bytes);
        same = RtlCompareMemory(data, back, bytes) == bytes;
        ExFreePoolWithTag(back, CONFORMANCE_TAG);
    }
    CHECK(same);
    ExFreePoolWithTag(data, CONFORMANCE_TAG);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

static NTSTATUS List(HANDLE directory, void* buffer, ULONG bytes, FILE_INFORMATION_CLASS what, BOOLEAN single, const WCHAR* pattern, BOOLEAN restart) {
    UNICODE_STRING expression;
    IO_STATUS_BLOCK status;
    if (pattern) RtlInitUnicodeString(&expression, pattern);
    return ZwQueryDirectoryFile(directory, NULL, NULL, NULL, &status, buffer, bytes, what, single, pattern ? &expression : NULL, restart);
}

/* How many entries there are from the first on, by single-entry queries. */
static int CountAgain(HANDLE directory, const WCHAR* pattern, NTSTATUS* last) {
    UCHAR buffer[512];
    int count = 0;
    *last = List(directory, buffer, sizeof(buffer), FileBothDirectoryInformation, TRUE, pattern, TRUE);
    while (NT_SUCCESS(*last) && count < 100) {
        ++count;
        *last = List(directory, buffer, sizeof(buffer), FileBothDirectoryInformation, TRUE, NULL, FALSE);
    }
    return count;
}

/* By a handle of its own: the first call with a handle fixes the pattern. */
static int CountEntries(const WCHAR* pattern, NTSTATUS* last) {
    HANDLE directory;
    int count;
    *last = FilesCreate(&directory, FOLDER, FILES_READ, FILES_SHARE_ALL, FILE_OPEN, FILE_DIRECTORY_FILE, NULL);
    if (!NT_SUCCESS(*last)) return -1;
    count = CountAgain(directory, pattern, last);
    ZwClose(directory);
    return count;
}

static HANDLE MakeFolder(void) {
    static const WCHAR* const names[] = {FOLDER L"\\alpha.txt", FOLDER L"\\Beta.TXT", FOLDER L"\\gamma"};
    HANDLE directory = FilesNewDirectory(FOLDER), file;
    for (ULONG i = 0; i < RTL_NUMBER_OF(names); ++i) {
        file = FilesNew(names[i]);
        if (file) {
            FilesWrite(file, "12345", i + 1, 0);
            ZwClose(file);
        }
    }
    return directory;
}

static void RemoveFolder(HANDLE directory) {
    ZwClose(directory);
    CHECK_SUCCESS(FilesDelete(FOLDER L"\\alpha.txt"));
    CHECK_SUCCESS(FilesDelete(FOLDER L"\\beta.txt"));
    CHECK_SUCCESS(FilesDelete(FOLDER L"\\gamma"));
    CHECK_SUCCESS(FilesDelete(FOLDER));
}

CONFORMANCE(ZwQueryDirectoryFile, ListsWithPatterns) {
    NTSTATUS last;
    HANDLE directory = MakeFolder();
    REQUIRE(directory != NULL);
    CHECK_EQ(CountEntries(NULL, &last), 5); /* with "." and ".." */
    CHECK_STATUS(last, STATUS_NO_MORE_FILES);
    CHECK_EQ(CountEntries(L"*.txt", &last), 2);
    CHECK_EQ(CountEntries(L"<.TXT", &last), 2);
    CHECK_EQ(CountEntries(L"GAMMA", &last), 1);
    CHECK_EQ(CountEntries(L"none*", &last), 0);
    CHECK_STATUS(last, STATUS_NO_SUCH_FILE);
    RemoveFolder(directory);
}

CONFORMANCE(ZwQueryDirectoryFile, RestartsWithTheFirstCallsPattern) {
    NTSTATUS last;
    HANDLE directory = MakeFolder();
    REQUIRE(directory != NULL);
    CHECK_EQ(CountAgain(directory, L"*.txt", &last), 2);
    CHECK_EQ(CountAgain(directory, L"gamma", &last), 2);
    CHECK_EQ(CountAgain(directory, NULL, &last), 2);
    CHECK_STATUS(last, STATUS_NO_MORE_FILES);
    RemoveFolder(directory);
}

CONFORMANCE(ZwQueryDirectoryFile, FillsBuffersWithLinkedEntries) {
    UCHAR buffer[2048];
    int found = 0;
    HANDLE directory = MakeFolder();
    REQUIRE(directory != NULL);
    CHECK_SUCCESS(List(directory, buffer, sizeof(buffer), FileDirectoryInformation, FALSE, NULL, TRUE));
    FILE_DIRECTORY_INFORMATION* entry = (FILE_DIRECTORY_INFORMATION*)buffer;
    for (;;) {
        UNICODE_STRING name = {(USHORT)entry->FileNameLength, (USHORT)entry->FileNameLength, entry->FileName}, alpha;
        RtlInitUnicodeString(&alpha, L"Beta.TXT");
        if (RtlEqualUnicodeString(&name, &alpha, FALSE)) {
            CHECK_EQ(entry->EndOfFile.QuadPart, 2);
            CHECK((entry->FileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0);
        }
        ++found;
        if (entry->NextEntryOffset == 0) break;
        CHECK_EQ(entry->NextEntryOffset % 8, 0);
        entry = (FILE_DIRECTORY_INFORMATION*)((UCHAR*)entry + entry->NextEntryOffset);
    }
    CHECK_EQ(found, 5);
    CHECK_STATUS(List(directory, buffer, sizeof(buffer), FileDirectoryInformation, FALSE, NULL, FALSE), STATUS_NO_MORE_FILES);
    /* Every class, and buffers for one entry at a time. */
    static const FILE_INFORMATION_CLASS classes[] = {FileFullDirectoryInformation, FileBothDirectoryInformation, FileNamesInformation, FileIdBothDirectoryInformation, FileIdFullDirectoryInformation};
    for (ULONG i = 0; i < RTL_NUMBER_OF(classes); ++i) {
        int steps = 0;
        NTSTATUS status = List(directory, buffer, 130, classes[i], FALSE, L"*", TRUE);
        for (; NT_SUCCESS(status) && steps < 10; ++steps) status = List(directory, buffer, 130, classes[i], FALSE, NULL, FALSE);
        CHECK_STATUS(status, STATUS_NO_MORE_FILES);
        CHECK(steps >= 1 && steps <= 5);
    }
    CHECK_STATUS(List(directory, buffer, 200, FileBasicInformation, FALSE, NULL, TRUE), STATUS_INVALID_INFO_CLASS);
    RemoveFolder(directory);
}

CONFORMANCE(ZwLockFile, KeepsOthersOut) {
    IO_STATUS_BLOCK status;
    LARGE_INTEGER offset = {.QuadPart = 2}, length = {.QuadPart = 4};
    UCHAR data[4];
    HANDLE file = FilesNew(PATH), other;
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "01234567", 8, 0));
    REQUIRE_OPEN(FilesCreate(&other, PATH, FILES_ALL, FILES_SHARE_ALL, FILE_OPEN, 0, NULL));
    CHECK_SUCCESS(ZwLockFile(file, NULL, NULL, NULL, &status, &offset, &length, 0, TRUE, TRUE));
    CHECK_STATUS(ZwLockFile(other, NULL, NULL, NULL, &status, &offset, &length, 0, TRUE, FALSE), STATUS_LOCK_NOT_GRANTED);
    CHECK_STATUS(FilesRead(other, data, 4, 0, NULL), STATUS_FILE_LOCK_CONFLICT);
    CHECK_SUCCESS(FilesRead(other, data, 2, 0, NULL)); /* in front of it */
    CHECK_STATUS(FilesWrite(other, "x", 1, 5), STATUS_FILE_LOCK_CONFLICT);
    CHECK_SUCCESS(FilesWrite(file, "x", 1, 5)); /* the owner may */
    CHECK_SUCCESS(ZwUnlockFile(file, &status, &offset, &length, 0));
    CHECK_STATUS(ZwUnlockFile(file, &status, &offset, &length, 0), STATUS_RANGE_NOT_LOCKED);
    CHECK_SUCCESS(FilesRead(other, data, 4, 0, NULL));
    ZwClose(other);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwLockFile, LocksGoWithTheirHandle) {
    IO_STATUS_BLOCK status;
    LARGE_INTEGER offset = {.QuadPart = 0}, length = {.QuadPart = 4};
    HANDLE file = FilesNew(PATH), other;
    REQUIRE(file != NULL);
    CHECK_SUCCESS(ZwLockFile(file, NULL, NULL, NULL, &status, &offset, &length, 0, TRUE, FALSE));
    REQUIRE_OPEN(FilesCreate(&other, PATH, FILES_ALL, FILES_SHARE_ALL, FILE_OPEN, 0, NULL));
    CHECK_SUCCESS(ZwLockFile(other, NULL, NULL, NULL, &status, &offset, &length, 0, TRUE, FALSE)); /* shared with shared */
    CHECK_STATUS(FilesWrite(other, "x", 1, 0), STATUS_FILE_LOCK_CONFLICT);
    ZwClose(file);
    CHECK_SUCCESS(ZwUnlockFile(other, &status, &offset, &length, 0));
    CHECK_SUCCESS(FilesWrite(other, "x", 1, 0));
    ZwClose(other);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwQueryInformationFile, AgreesWithItself) {
    UCHAR buffer[512];
    IO_STATUS_BLOCK status;
    FILE_BASIC_INFORMATION basic;
    FILE_STANDARD_INFORMATION standard;
    FILE_INTERNAL_INFORMATION internal;
    FILE_ALL_INFORMATION* all = (FILE_ALL_INFORMATION*)buffer;
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "12345", 5, 0));
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, &basic, sizeof(basic), FileBasicInformation));
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, &standard, sizeof(standard), FileStandardInformation));
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, &internal, sizeof(internal), FileInternalInformation));
    CHECK_SUCCESS(ZwQueryInformationFile(file, &status, all, sizeof(buffer), FileAllInformation));
    CHECK_BYTES(&all->BasicInformation, &basic, sizeof(basic));
    CHECK_EQ(all->StandardInformation.EndOfFile.QuadPart, 5);
    CHECK_EQ(all->InternalInformation.IndexNumber.QuadPart, internal.IndexNumber.QuadPart);
    CHECK_EQ(all->NameInformation.FileNameLength, (sizeof(L"\\volume-files.txt") - 2));
    CHECK_EQ(all->AccessInformation.AccessFlags & DELETE, DELETE);
    CHECK_STATUS(ZwQueryInformationFile(file, &status, all, sizeof(FILE_ALL_INFORMATION), FileAllInformation), STATUS_BUFFER_OVERFLOW);
    CHECK(!standard.Directory && !standard.DeletePending && standard.NumberOfLinks == 1);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(ZwQueryVolumeInformationFile, DescribesTheVolume) {
    UCHAR buffer[256];
    IO_STATUS_BLOCK status;
    FILE_FS_DEVICE_INFORMATION device;
    FILE_FS_SIZE_INFORMATION size;
    FILE_FS_ATTRIBUTE_INFORMATION* attributes = (FILE_FS_ATTRIBUTE_INFORMATION*)buffer;
    HANDLE file;
    REQUIRE_OPEN(FilesCreate(&file, L"\\??\\C:\\", FILES_READ, FILES_SHARE_ALL, FILE_OPEN, FILE_DIRECTORY_FILE, NULL));
    CHECK_SUCCESS(ZwQueryVolumeInformationFile(file, &status, &device, sizeof(device), FileFsDeviceInformation));
    CHECK_EQ(device.DeviceType, FILE_DEVICE_DISK);
    CHECK_SUCCESS(ZwQueryVolumeInformationFile(file, &status, &size, sizeof(size), FileFsSizeInformation));
    CHECK(size.TotalAllocationUnits.QuadPart > 0 && size.TotalAllocationUnits.QuadPart >= size.AvailableAllocationUnits.QuadPart);
    CHECK(size.BytesPerSector >= 512 && size.SectorsPerAllocationUnit >= 1);
    CHECK_SUCCESS(ZwQueryVolumeInformationFile(file, &status, attributes, sizeof(buffer), FileFsAttributeInformation));
    CHECK((attributes->FileSystemAttributes & FILE_CASE_PRESERVED_NAMES) != 0);
    CHECK_EQ(attributes->MaximumComponentNameLength, 255);
    CHECK_SUCCESS(ZwQueryVolumeInformationFile(file, &status, buffer, sizeof(buffer), FileFsVolumeInformation));
    CHECK_STATUS(ZwQueryVolumeInformationFile(file, &status, &size, 8, FileFsSizeInformation), STATUS_INFO_LENGTH_MISMATCH);
    ZwClose(file);
}

CONFORMANCE(ZwFlushBuffersFile, WritesWhatIsHeldBack) {
    IO_STATUS_BLOCK status;
    HANDLE file = FilesNew(PATH);
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "x", 1, 0));
    CHECK_SUCCESS(ZwFlushBuffersFile(file, &status));
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}
