// SPDX-License-Identifier: GPL-2.0-only
// What a program asks and tells of a driver's file and volume, flushing it, and controls of file systems.
#include "check.h"

#define FLUSHES 0x222000
#define INVERT  CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 0x3F0, METHOD_BUFFERED, FILE_ANY_ACCESS)

static HANDLE File;

static ULONG CountOfFlushes(void) {
    ULONG count = ~0ul;
    DWORD bytes;
    CHECK(DeviceIoControl(File, FLUSHES, NULL, 0, &count, sizeof(count), &bytes, NULL) && bytes == sizeof(count));
    return count;
}

TEST(FlushReachesTheDriver) {
    ULONG before = CountOfFlushes();
    CHECK(FlushFileBuffers(File));
    CHECK(FlushFileBuffers(File));
    CHECK(CountOfFlushes() == before + 2);
}

TEST(LengthIsSetAndAskedFor) {
    FILE_END_OF_FILE_INFO end = {.EndOfFile.QuadPart = 12345};
    FILE_STANDARD_INFO standard;
    LARGE_INTEGER size;
    CHECK(SetFileInformationByHandle(File, FileEndOfFileInfo, &end, sizeof(end)));
    CHECK(GetFileSizeEx(File, &size) && size.QuadPart == 12345);
    CHECK(GetFileInformationByHandleEx(File, FileStandardInfo, &standard, sizeof(standard)));
    CHECK(standard.EndOfFile.QuadPart == 12345 && standard.NumberOfLinks == 1 && !standard.Directory);
}

TEST(TheDriversRefusalIsThePrograms) {
    FILE_END_OF_FILE_INFO end = {.EndOfFile.QuadPart = 1000000};
    CHECK_ERROR(SetFileInformationByHandle(File, FileEndOfFileInfo, &end, sizeof(end)), ERROR_DISK_FULL);
    FILE_DISPOSITION_INFO disposition = {TRUE};
    CHECK_ERROR(SetFileInformationByHandle(File, FileDispositionInfo, &disposition, sizeof(disposition)), ERROR_INVALID_PARAMETER);
}

TEST(TimesAreSetAndAskedFor) {
    FILETIME time = {0x12345678, 0x01D00000}, written = {0, 0};
    CHECK(SetFileTime(File, NULL, NULL, &time));
    CHECK(GetFileTime(File, NULL, NULL, &written));
    CHECK(CompareFileTime(&time, &written) == 0);
}

/* By the native call: Win32's want a drive or a file of one. */
typedef struct { union { LONG Status; PVOID Pointer; }; ULONG_PTR Information; } STATUS_BLOCK;
typedef LONG(NTAPI* QUERY_VOLUME)(HANDLE, STATUS_BLOCK*, PVOID, ULONG, ULONG);
static LONG QueryVolume(PVOID Buffer, ULONG Bytes, ULONG Class, ULONG_PTR* Got) {
    QUERY_VOLUME query = (QUERY_VOLUME)(void*)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtQueryVolumeInformationFile");
    STATUS_BLOCK block = {{0}, 0};
    LONG status = query(File, &block, Buffer, Bytes, Class);
    *Got = block.Information;
    return status;
}

TEST(TheVolumeIsTheDrivers) {
    struct { LONGLONG Total, Available; ULONG Sectors, Bytes; } size;
    struct { LONGLONG Created; ULONG Serial, LabelBytes; BOOLEAN Objects; WCHAR Label[32]; } volume;
    ULONG_PTR got;
    CHECK(QueryVolume(&size, sizeof(size), 3, &got) == 0 && got == sizeof(size));
    CHECK(size.Total == 1000 && size.Available == 250 && size.Sectors == 1 && size.Bytes == 512);
    CHECK(QueryVolume(&volume, sizeof(volume), 1, &got) == 0 && got == 18 + 4 * sizeof(WCHAR));
    CHECK(volume.Serial == 0x52534C01 && volume.LabelBytes == 4 * sizeof(WCHAR));
    CHECK(memcmp(volume.Label, L"KEPT", volume.LabelBytes) == 0);
}

TEST(ControlsOfFileSystemsArriveAsSuch) {
    unsigned char bytes[5] = {0, 1, 2, 0xFE, 0xFF};
    DWORD got;
    CHECK(DeviceIoControl(File, INVERT, bytes, sizeof(bytes), bytes, sizeof(bytes), &got, NULL) && got == sizeof(bytes));
    CHECK(memcmp(bytes, "\xFF\xFE\xFD\x01\x00", sizeof(bytes)) == 0);
    CHECK_ERROR(DeviceIoControl(File, INVERT + 4, bytes, sizeof(bytes), bytes, sizeof(bytes), &got, NULL), ERROR_INVALID_FUNCTION);
}

int main(void) {
    SC_HANDLE service = StartDriver("keeps_a_file", "C:\\drivers\\keeps_a_file.sys");
    File = CreateFileA("\\\\.\\KeepsAFile", GENERIC_READ | GENERIC_WRITE | DELETE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    RUN(FlushReachesTheDriver);
    RUN(LengthIsSetAndAskedFor);
    RUN(TheDriversRefusalIsThePrograms);
    RUN(TimesAreSetAndAskedFor);
    RUN(TheVolumeIsTheDrivers);
    RUN(ControlsOfFileSystemsArriveAsSuch);
    CloseHandle(File);
    RemoveDriver(service);
    return Failures != 0;
}
