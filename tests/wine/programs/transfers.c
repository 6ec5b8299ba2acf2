// SPDX-License-Identifier: GPL-2.0-only
// Reads, writes and I/O controls on echo.sys, by every transfer method, with good arguments and bad.
#include "check.h"

static HANDLE Echo;

static HANDLE Open(DWORD Flags) { return CreateFileA("\\\\.\\Echo", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, Flags, NULL); }

TEST(EveryMethodBringsTheBytesBack) {
    static const DWORD codes[] = {0x222000, 0x222005, 0x22200A, 0x22200F};
    static const DWORD sizes[] = {1, 64, 4096, 65536};
    static char in[65536], out[65536];
    for (DWORD i = 0; i < sizeof(in); i++) in[i] = (char)(i * 7);
    for (int c = 0; c < 4; c++) {
        for (int s = 0; s < 4; s++) {
            DWORD bytes = 0;
            memset(out, 0, sizeof(out));
            CHECK(DeviceIoControl(Echo, codes[c], in, sizes[s], out, sizes[s], &bytes, NULL));
            CHECK(bytes == sizes[s] && memcmp(in, out, sizes[s]) == 0);
        }
    }
}

TEST(NoBuffersAreFine) {
    DWORD bytes = 77;
    CHECK(DeviceIoControl(Echo, 0x222000, NULL, 0, NULL, 0, &bytes, NULL));
    CHECK(bytes == 0);
}

TEST(WritesComeBackByReads) {
    char text[32] = {0};
    DWORD bytes = 0;
    CHECK(WriteFile(Echo, "by write", 9, &bytes, NULL) && bytes == 9);
    CHECK(ReadFile(Echo, text, sizeof(text), &bytes, NULL) && bytes == 9);
    CHECK(strcmp(text, "by write") == 0);
}

TEST(UnknownCodesAreRefused) {
    DWORD bytes;
    CHECK_ERROR(DeviceIoControl(Echo, 0x222FFC, NULL, 0, NULL, 0, &bytes, NULL), ERROR_INVALID_FUNCTION);
}

TEST(BadPointersAreRefused) {
    DWORD bytes;
    char good[16] = {0};
    void* bad = VirtualAlloc(NULL, 4096, MEM_RESERVE, PAGE_NOACCESS);
    CHECK_ERROR(DeviceIoControl(Echo, 0x222000, bad, 16, good, 16, &bytes, NULL), ERROR_NOACCESS);
    CHECK_ERROR(DeviceIoControl(Echo, 0x222000, good, 16, bad, 16, &bytes, NULL), ERROR_NOACCESS);
    CHECK(DeviceIoControl(Echo, 0x222000, good, 16, good, 16, &bytes, NULL)); /* and the device still works */
}

TEST(ClosedHandlesAreRefused) {
    DWORD bytes;
    HANDLE echo = Open(0);
    CHECK(CloseHandle(echo));
    CHECK_ERROR(DeviceIoControl(echo, 0x222000, NULL, 0, NULL, 0, &bytes, NULL), ERROR_INVALID_HANDLE);
    CHECK_ERROR(CloseHandle(echo), ERROR_INVALID_HANDLE);
}

TEST(OverlappedThatIsDoneAtOnce) {
    char in[8] = "at once", out[8] = {0};
    OVERLAPPED overlapped = {0};
    DWORD bytes = 0;
    HANDLE echo = Open(FILE_FLAG_OVERLAPPED);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    BOOL done = DeviceIoControl(echo, 0x222000, in, 8, out, 8, NULL, &overlapped);
    CHECK(done || GetLastError() == ERROR_IO_PENDING);
    CHECK(WaitForSingleObject(overlapped.hEvent, 5000) == WAIT_OBJECT_0);
    CHECK(GetOverlappedResult(echo, &overlapped, &bytes, FALSE) && bytes == 8);
    CHECK(strcmp(out, "at once") == 0);
    CloseHandle(overlapped.hEvent);
    CloseHandle(echo);
}

int main(void) {
    SC_HANDLE service = StartDriver("echo", "C:\\drivers\\echo.sys");
    Echo = Open(0);
    CHECK(IsHandle(Echo));
    RUN(EveryMethodBringsTheBytesBack);
    RUN(NoBuffersAreFine);
    RUN(WritesComeBackByReads);
    RUN(UnknownCodesAreRefused);
    RUN(BadPointersAreRefused);
    RUN(ClosedHandlesAreRefused);
    RUN(OverlappedThatIsDoneAtOnce);
    CloseHandle(Echo);
    RemoveDriver(service);
    return Failures != 0;
}
