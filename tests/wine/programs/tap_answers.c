// SPDX-License-Identifier: GPL-2.0-only
/* The user side of OpenVPN's tap0901.sys, as a VPN has one: overlapped reads of what the network sends to the adapter, and
 * writes of the answers. The far end is 10.78.0.2, which answers ARP and ping.
 *   tap_answers.exe {GUID} PINGS */
#include "check.h"

#define SET_MEDIA_STATUS CTL_CODE(FILE_DEVICE_UNKNOWN, 6, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define GET_VERSION      CTL_CODE(FILE_DEVICE_UNKNOWN, 2, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define LONGEST          2048
#define PATIENCE_MS      30000
#define READS            4

static HANDLE tap;
static DWORD pings, answered;
static UCHAR frames[READS][LONGEST];
static OVERLAPPED reads[READS];
static const UCHAR here[6] = {2, 0xFF, 0, 0, 0, 2}, address[4] = {10, 78, 0, 2};

static BOOL Control(DWORD code, void* in, DWORD inBytes, void* out, DWORD outBytes) {
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    DWORD bytes;
    BOOL done = DeviceIoControl(tap, code, in, inBytes, out, outBytes, &bytes, &overlapped);
    if (!done && GetLastError() == ERROR_IO_PENDING) done = GetOverlappedResult(tap, &overlapped, &bytes, TRUE);
    CloseHandle(overlapped.hEvent);
    return done;
}

/* Makes the frame its own answer; FALSE: it wants none. */
static BOOL Answer(UCHAR* frame, DWORD bytes) {
    BOOL arp = bytes >= 42 && frame[12] == 8 && frame[13] == 6 && frame[21] == 1 && memcmp(frame + 38, address, 4) == 0;
    BOOL ping = bytes >= 42 && frame[12] == 8 && frame[13] == 0 && frame[23] == 1 && frame[34] == 8;
    UCHAR swap[4];
    ULONG sum;
    if (!arp && !ping) return FALSE;
    memcpy(frame, frame + 6, 6);
    memcpy(frame + 6, here, 6);
    if (arp) {
        frame[21] = 2;
        memcpy(frame + 32, frame + 22, 10);
        memcpy(frame + 22, here, 6);
        memcpy(frame + 28, address, 4);
        return TRUE;
    }
    memcpy(swap, frame + 26, 4);
    memcpy(frame + 26, frame + 30, 4);
    memcpy(frame + 30, swap, 4);
    frame[34] = 0; /* an echo reply; its sum grows by what the type shrinks */
    sum = (ULONG)(frame[36] << 8 | frame[37]) + 0x0800;
    sum = (sum & 0xFFFF) + (sum >> 16);
    frame[36] = (UCHAR)(sum >> 8);
    frame[37] = (UCHAR)sum;
    ++answered;
    return TRUE;
}

static void Write(UCHAR* frame, DWORD bytes) {
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    DWORD written = 0;
    BOOL done = WriteFile(tap, frame, bytes, NULL, &overlapped) || GetLastError() == ERROR_IO_PENDING;
    CHECK(done && GetOverlappedResult(tap, &overlapped, &written, TRUE));
    CHECK(written == bytes);
    CloseHandle(overlapped.hEvent);
}

TEST(opens_the_adapter) {
    ULONG version[3] = {0};
    CHECK(Control(GET_VERSION, NULL, 0, version, sizeof(version)));
    CHECK(version[0] == 9);
}

/* Several reads wait at once, and end in their order. */
TEST(answers_pings) {
    DWORD connected = 1, end = GetTickCount() + PATIENCE_MS, next = 0, bytes;
    for (DWORD i = 0; i < READS; ++i) reads[i].hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(Control(SET_MEDIA_STATUS, &connected, sizeof(connected), &connected, sizeof(connected)));
    for (DWORD i = 0; i < READS; ++i)
        CHECK(ReadFile(tap, frames[i], LONGEST, NULL, &reads[i]) || GetLastError() == ERROR_IO_PENDING);
    printf("connected\n");
    fflush(stdout);
    while (answered < pings && GetTickCount() < end) {
        if (WaitForSingleObject(reads[next].hEvent, 1000) != WAIT_OBJECT_0) continue;
        if (!GetOverlappedResult(tap, &reads[next], &bytes, FALSE)) break;
        if (Answer(frames[next], bytes)) Write(frames[next], bytes);
        ResetEvent(reads[next].hEvent);
        CHECK(ReadFile(tap, frames[next], LONGEST, NULL, &reads[next]) || GetLastError() == ERROR_IO_PENDING);
        next = (next + 1) % READS;
    }
    CHECK(answered == pings);
}

/* What still waits is cancelled, and says so; without a cable there is nothing to wait for. */
TEST(ends_its_reads) {
    OVERLAPPED late = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    DWORD connected = 0, bytes;
    CHECK(CancelIoEx(tap, NULL));
    for (DWORD i = 0; i < READS; ++i) CHECK_ERROR(GetOverlappedResult(tap, &reads[i], &bytes, TRUE), ERROR_OPERATION_ABORTED);
    CHECK(Control(SET_MEDIA_STATUS, &connected, sizeof(connected), &connected, sizeof(connected)));
    CHECK_ERROR(ReadFile(tap, frames[0], LONGEST, NULL, &late), ERROR_OPERATION_ABORTED);
    CloseHandle(late.hEvent);
}

int main(int count, char** words) {
    char name[128];
    if (count != 3) return 2;
    pings = (DWORD)atoi(words[2]);
    snprintf(name, sizeof(name), "\\\\.\\Global\\%s.tap", words[1]);
    tap = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                      FILE_ATTRIBUTE_SYSTEM | FILE_FLAG_OVERLAPPED, NULL);
    if (!IsHandle(tap)) {
        printf("FAIL open %s: last error %lu\n", name, GetLastError());
        return 1;
    }
    RUN(opens_the_adapter);
    RUN(answers_pings);
    RUN(ends_its_reads);
    CloseHandle(tap);
    return Failures != 0;
}
