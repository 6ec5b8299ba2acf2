// SPDX-License-Identifier: GPL-2.0-only
// Handles of a driver's device: duplicated, closed in any order, waited for, asked what they are. queue.sys counts its opens.
#include "check.h"
#include <winternl.h>

static HANDLE Counter;

static HANDLE Open(void) {
    return CreateFileA("\\\\.\\Queue", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
}

/* Handles that the driver knows of, besides the counter's own. */
static DWORD OpenFiles(void) {
    DWORD counts[4] = {0}, bytes;
    CHECK(DeviceIoControl(Counter, 0x222000, NULL, 0, counts, sizeof(counts), &bytes, NULL));
    return counts[3] - 1;
}

TEST(CloseReachesTheDriverAtOnce) {
    HANDLE queue = Open();
    CHECK(OpenFiles() == 1);
    CHECK(CloseHandle(queue));
    CHECK(OpenFiles() == 0);
}

TEST(LastOfTwoHandlesCloses) {
    HANDLE queue = Open(), copy = NULL;
    DWORD counts[4], bytes;
    CHECK(DuplicateHandle(GetCurrentProcess(), queue, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(copy != queue);
    CHECK(CloseHandle(queue));
    CHECK(OpenFiles() == 1);
    CHECK(DeviceIoControl(copy, 0x222000, NULL, 0, counts, sizeof(counts), &bytes, NULL));
    CHECK(CloseHandle(copy));
    CHECK(OpenFiles() == 0);
}

TEST(DuplicateCanCloseItsSource) {
    HANDLE queue = Open(), moved = NULL;
    CHECK(DuplicateHandle(GetCurrentProcess(), queue, GetCurrentProcess(), &moved, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK(OpenFiles() == 1);
    CHECK(CloseHandle(moved));
    CHECK(OpenFiles() == 0);
}

TEST(ValuesAreReusedSafely) {
    for (int i = 0; i < 100; i++) {
        HANDLE queue = Open(), event;
        DWORD bytes;
        CHECK(CloseHandle(queue));
        event = CreateEventA(NULL, TRUE, FALSE, NULL); /* likely the same value */
        CHECK(!DeviceIoControl(event, 0x222000, NULL, 0, NULL, 0, &bytes, NULL));
        CHECK(CloseHandle(event));
    }
    CHECK(OpenFiles() == 0);
}

TEST(TypeAndNameAreAFiles) {
    static union {
        UNICODE_STRING name;
        WCHAR room[300];
    } info;
    ULONG needed;
    HANDLE queue = Open();
    CHECK(NtQueryObject(queue, 2 /* ObjectTypeInformation */, &info, sizeof(info), &needed) == 0);
    CHECK(info.name.Length == 8 && memcmp(info.name.Buffer, L"File", 8) == 0);
    CHECK(NtQueryObject(queue, 1 /* ObjectNameInformation */, &info, sizeof(info), &needed) == 0);
    CHECK(info.name.Length == 26 && memcmp(info.name.Buffer, L"\\Device\\Queue", 26) == 0);
    CloseHandle(queue);
}

TEST(SynchronousHandleIsSignalled) {
    HANDLE queue = Open();
    CHECK(WaitForSingleObject(queue, 0) == WAIT_OBJECT_0);
    CloseHandle(queue);
}

TEST(EverySpellingOpensTheDevice) {
    static const char* const names[] = {"\\\\.\\Queue", "\\\\?\\Queue", "\\\\.\\queue", "\\\\.\\GLOBALROOT\\Device\\Queue", "\\\\.\\Global\\Queue"};
    for (int i = 0; i < 5; i++) {
        HANDLE queue = CreateFileA(names[i], GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
        if (!IsHandle(queue)) printf("  %s\n", names[i]);
        CHECK(IsHandle(queue));
        CloseHandle(queue);
    }
    CHECK(OpenFiles() == 0);
}

int main(void) {
    SC_HANDLE service = StartDriver("queue", "C:\\drivers\\queue.sys");
    Counter = Open();
    CHECK(IsHandle(Counter));
    RUN(CloseReachesTheDriverAtOnce);
    RUN(LastOfTwoHandlesCloses);
    RUN(DuplicateCanCloseItsSource);
    RUN(ValuesAreReusedSafely);
    RUN(TypeAndNameAreAFiles);
    RUN(SynchronousHandleIsSignalled);
    RUN(EverySpellingOpensTheDevice);
    CloseHandle(Counter);
    RemoveDriver(service);
    return Failures != 0;
}
