// SPDX-License-Identifier: GPL-2.0-only
// A driver that works on this program's own memory, at its addresses: pointers.sys.
#include "check.h"

#define WHERE 0x222003
#define SUM 0x222007
#define COUNT_UP 0x22200B
#define FOLLOW 0x22200C
#define LATER 0x222013
#define ATTACHED 0x222014

#ifdef _WIN64
#define FOREIGN ((void*)0xFFFF800000000000) /* the system's */
#else
#define FOREIGN ((void*)0xFFFF0000) /* nobody's */
#endif

static HANDLE Device;

typedef struct {
    const void* From;
    void* To;
    ULONGLONG Bytes;
} COPY;

static BOOL Follow(DWORD Code, const void* From, void* To, ULONGLONG Bytes) {
    COPY copy = {From, To, Bytes};
    DWORD done;
    return DeviceIoControl(Device, Code, &copy, sizeof(copy), NULL, 0, &done, NULL);
}

TEST(BuffersHaveTheirOwnAddresses) {
    char in[16];
    void* out[2] = {0};
    DWORD done = 0;
    CHECK(DeviceIoControl(Device, WHERE, in, sizeof(in), out, sizeof(out), &done, NULL));
    CHECK(done == sizeof(out) && out[0] == in && out[1] == out);
}

TEST(BuffersAreReadAndWrittenWhereTheyAre) {
    static unsigned char data[200000];
    ULONGLONG sum = 0, expected = 0;
    DWORD done, i;
    for (i = 0; i < sizeof(data); i++) expected += data[i] = (unsigned char)(i * 13);
    CHECK(DeviceIoControl(Device, SUM, data, sizeof(data), &sum, sizeof(sum), &done, NULL));
    CHECK(sum == expected);
    CHECK(DeviceIoControl(Device, COUNT_UP, NULL, 0, data, sizeof(data), &done, NULL));
    for (i = 0; i < sizeof(data) && data[i] == (unsigned char)(i * 13 + 1); i++) {}
    CHECK(i == sizeof(data));
}

TEST(PointersInsideOfBuffersLeadSomewhere) {
    char on_stack[32] = "abc";
    char* on_heap = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 32);
    static char in_data[32];
    CHECK(Follow(FOLLOW, on_stack, on_heap, 3) && strcmp(on_heap, "cba") == 0);
    CHECK(Follow(FOLLOW, on_heap, in_data, 3) && strcmp(in_data, "abc") == 0);
    CHECK(Follow(FOLLOW, "constant", on_stack, 8) && memcmp(on_stack, "tnatsnoc", 8) == 0);
    CHECK(Follow(ATTACHED, on_stack, on_heap, 8) && strcmp(on_heap, "constant") == 0);
    HeapFree(GetProcessHeap(), 0, on_heap);
}

TEST(LargeAndUntouchedMemoryIsFine) {
    SIZE_T bytes = 4 << 20;
    unsigned char* from = VirtualAlloc(NULL, bytes, MEM_COMMIT, PAGE_READWRITE);
    unsigned char* to = VirtualAlloc(NULL, bytes, MEM_COMMIT, PAGE_READWRITE);
    from[bytes - 1] = 77;
    CHECK(Follow(FOLLOW, from, to, bytes));
    CHECK(to[0] == 77 && to[1] == 0 && to[bytes - 1] == 0);
    VirtualFree(from, 0, MEM_RELEASE);
    VirtualFree(to, 0, MEM_RELEASE);
}

TEST(BadPointersRaiseInTheDriver) {
    char good[16] = {0};
    char* reserved = VirtualAlloc(NULL, 8192, MEM_RESERVE, PAGE_NOACCESS);
    char* read_only = VirtualAlloc(NULL, 4096, MEM_COMMIT, PAGE_READONLY);
    DWORD done;
    CHECK_ERROR(Follow(FOLLOW, reserved, good, 8), ERROR_NOACCESS);
    CHECK_ERROR(Follow(FOLLOW, good, reserved, 8), ERROR_NOACCESS);
    CHECK_ERROR(Follow(FOLLOW, good, read_only, 8), ERROR_NOACCESS);
    CHECK_ERROR(Follow(FOLLOW, NULL, good, 8), ERROR_NOACCESS);
    CHECK_ERROR(Follow(FOLLOW, FOREIGN, good, 8), ERROR_NOACCESS);
    CHECK_ERROR(Follow(ATTACHED, good, reserved, 8), ERROR_NOACCESS);
    CHECK_ERROR(DeviceIoControl(Device, SUM, reserved, 8, good, 8, &done, NULL), ERROR_NOACCESS);
    CHECK_ERROR(DeviceIoControl(Device, COUNT_UP, NULL, 0, read_only, 8, &done, NULL), ERROR_NOACCESS);
    CHECK(Follow(FOLLOW, read_only, good, 8));
    VirtualFree(reserved, 0, MEM_RELEASE);
    VirtualFree(read_only, 0, MEM_RELEASE);
}

TEST(LockedPagesAreWrittenWhileTheRequestPends) {
    static unsigned char data[20000];
    HANDLE device = CreateFileA("\\\\.\\Pointers", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    OVERLAPPED overlapped = {0};
    DWORD milliseconds = 50, done = 0, i;
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    BOOL at_once = DeviceIoControl(device, LATER, &milliseconds, sizeof(milliseconds), data + 1, 19000, NULL, &overlapped);
    CHECK(!at_once && GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(device, &overlapped, &done, TRUE) && done == 19000);
    for (i = 0; i < 19000 && data[1 + i] == (unsigned char)(i + 1); i++) {}
    CHECK(i == 19000 && data[0] == 0 && data[19001] == 0);
    CloseHandle(overlapped.hEvent);
    CloseHandle(device);
}

TEST(LockingBadPagesFails) {
    char* reserved = VirtualAlloc(NULL, 4096, MEM_RESERVE, PAGE_NOACCESS);
    DWORD milliseconds = 1, done;
    CHECK_ERROR(DeviceIoControl(Device, LATER, &milliseconds, sizeof(milliseconds), reserved, 16, &done, NULL), ERROR_NOACCESS);
    VirtualFree(reserved, 0, MEM_RELEASE);
}

static unsigned char SharedPages[4 * 700]; /* slots cross the borders of pages */
static DWORD WINAPI UseSlot(void* Argument) {
    unsigned char* slot = SharedPages + 700 * (ULONG_PTR)Argument;
    DWORD wrong = 0, done;
    HANDLE device = CreateFileA("\\\\.\\Pointers", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    for (DWORD turn = 0; turn < 100; turn++) {
        COPY copy = {slot, slot + 350, 350};
        for (DWORD i = 0; i < 350; i++) slot[i] = (unsigned char)(turn + i);
        if (!DeviceIoControl(device, turn % 2 ? FOLLOW : ATTACHED, &copy, sizeof(copy), NULL, 0, &done, NULL)) wrong++;
        for (DWORD i = 0; i < 350; i++) wrong += slot[350 + i] != (unsigned char)(turn + 349 - i);
        if (!DeviceIoControl(device, COUNT_UP, NULL, 0, slot, 350, &done, NULL)) wrong++;
        for (DWORD i = 0; i < 350; i++) wrong += slot[i] != (unsigned char)(turn + i + 1);
    }
    CloseHandle(device);
    return wrong;
}

TEST(ManyThreadsSharePages) {
    HANDLE threads[4];
    for (ULONG_PTR i = 0; i < 4; i++) threads[i] = CreateThread(NULL, 0, UseSlot, (void*)i, 0, NULL);
    CHECK(WaitForMultipleObjects(4, threads, TRUE, 60000) == WAIT_OBJECT_0);
    for (int i = 0; i < 4; i++) {
        DWORD wrong = 1;
        CHECK(GetExitCodeThread(threads[i], &wrong) && wrong == 0);
        CloseHandle(threads[i]);
    }
}

int main(void) {
    SC_HANDLE service = StartDriver("pointers", "C:\\drivers\\pointers.sys");
    Device = CreateFileA("\\\\.\\Pointers", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(IsHandle(Device));
    RUN(BuffersHaveTheirOwnAddresses);
    RUN(BuffersAreReadAndWrittenWhereTheyAre);
    RUN(PointersInsideOfBuffersLeadSomewhere);
    RUN(LargeAndUntouchedMemoryIsFine);
    RUN(BadPointersRaiseInTheDriver);
    RUN(LockedPagesAreWrittenWhileTheRequestPends);
    RUN(LockingBadPagesFails);
    RUN(ManyThreadsSharePages);
    CloseHandle(Device);
    RemoveDriver(service);
    return Failures != 0;
}
