// SPDX-License-Identifier: GPL-2.0-only
// Suspends and ends threads while they call a driver all the time. Wherever that meets them, the others have to go on: a
// thread that stops with a lock of libRSL's would stop them all.
#include "check.h"

#define ROUNDS 300
#define CODE 0x222000
#define FINDS_NOBODY 20000 /* ms: a test that hangs says so */

static HANDLE Echo;
static volatile LONG Calls;

static BOOL Call(void) {
    char in[64] = "again", out[64];
    DWORD bytes;
    return DeviceIoControl(Echo, CODE, in, sizeof(in), out, sizeof(out), &bytes, NULL);
}

static DWORD WINAPI Caller(void* Unused) {
    (void)Unused;
    for (;;) {
        if (!Call()) return 1;
        InterlockedIncrement(&Calls);
    }
}

static DWORD WINAPI Watchdog(void* Done) {
    if (WaitForSingleObject(Done, FINDS_NOBODY) == WAIT_TIMEOUT) {
        printf("the calls hang\n");
        fflush(stdout);
        TerminateProcess(GetCurrentProcess(), 4);
    }
    return 0;
}

static void Progress(void) {
    const LONG before = Calls;
    for (int i = 0; i < 2000 && Calls == before; i++) Sleep(1);
    CHECK(Calls != before);
}

int main(void) {
    SC_HANDLE service = StartDriver("echo", "C:\\drivers\\echo.sys");
    HANDLE done = CreateEventA(NULL, TRUE, FALSE, NULL), watchdog = CreateThread(NULL, 0, Watchdog, done, 0, NULL), thread;
    Echo = CreateFileA("\\\\.\\Echo", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(IsHandle(Echo));
    thread = CreateThread(NULL, 0, Caller, NULL, 0, NULL);
    Progress();
    for (int i = 0; i < ROUNDS && Failures == 0; i++) {
        CHECK(SuspendThread(thread) == 0);
        CHECK(Call()); /* with the other one stopped wherever it was */
        CHECK(ResumeThread(thread) == 1);
    }
    Progress();
    for (int i = 0; i < ROUNDS && Failures == 0; i++) {
        CHECK(TerminateThread(thread, 7));
        CHECK(Call());
        CHECK(WaitForSingleObject(thread, 5000) == WAIT_OBJECT_0);
        CloseHandle(thread);
        thread = CreateThread(NULL, 0, Caller, NULL, 0, NULL);
        Progress(); /* Wine does not get rid of a thread that has not begun */
    }
    TerminateThread(thread, 0);
    SetEvent(done);
    WaitForSingleObject(watchdog, INFINITE);
    CloseHandle(Echo);
    RemoveDriver(service);
    printf("%s after %ld calls\n", Failures == 0 ? "fine" : "not fine", Calls);
    return Failures != 0;
}
