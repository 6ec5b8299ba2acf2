/* SPDX-License-Identifier: GPL-2.0-only */
/* wine_bench.exe: measures calls into echo.sys from a Windows program. The same program runs under stock Wine and under `rsl wine`, so that
 * `rsl bench` compares two drivers' hosts and nothing else. Prints "row NAME" and then one sample a line, in nanoseconds. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <winioctl.h>

#define IOCTL_ECHO 0x222000
#define THREADS 4
#define MOST_SAMPLES 20000

static LARGE_INTEGER Frequency;
static char Input[65536], Output[THREADS][65536];

static LONGLONG Now(void) {
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    return now.QuadPart;
}
static LONGLONG Nanoseconds(LONGLONG Ticks) { return (LONGLONG)((double)Ticks * 1e9 / (double)Frequency.QuadPart); }

static void Print(const char* Row, const LONGLONG* Samples, DWORD Count) {
    printf("row %s\n", Row);
    for (DWORD i = 0; i < Count; i++) printf("%lld\n", Nanoseconds(Samples[i]));
    fflush(stdout);
}

static HANDLE Open(DWORD Flags) {
    return CreateFileA("\\\\.\\Echo", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, Flags, NULL);
}

static BOOL Call(HANDLE Echo, DWORD Bytes, char* Out) {
    DWORD done;
    return DeviceIoControl(Echo, IOCTL_ECHO, Input, Bytes, Out, Bytes, &done, NULL);
}

/* Begins with a few calls that are not counted. */
static void Calls(const char* Row, DWORD Bytes, DWORD Count, DWORD GapMs) {
    static LONGLONG samples[MOST_SAMPLES];
    HANDLE echo = Open(0);
    for (DWORD i = 0; i < 100; i++) Call(echo, Bytes, Output[0]);
    for (DWORD i = 0; i < Count; i++) {
        LONGLONG start;
        if (GapMs != 0) Sleep(GapMs);
        start = Now();
        if (!Call(echo, Bytes, Output[0])) exit(2);
        samples[i] = Now() - start;
    }
    Print(Row, samples, Count);
    CloseHandle(echo);
}

static void Overlapped(const char* Row, DWORD Bytes, DWORD Count) {
    static LONGLONG samples[MOST_SAMPLES];
    OVERLAPPED overlapped = {0};
    HANDLE echo = Open(FILE_FLAG_OVERLAPPED);
    DWORD done;
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (DWORD i = 0; i < Count; i++) {
        LONGLONG start = Now();
        if (!DeviceIoControl(echo, IOCTL_ECHO, Input, Bytes, Output[0], Bytes, NULL, &overlapped) && GetLastError() != ERROR_IO_PENDING) exit(3);
        if (!GetOverlappedResult(echo, &overlapped, &done, TRUE)) exit(4);
        samples[i] = Now() - start;
    }
    Print(Row, samples, Count);
    CloseHandle(overlapped.hEvent);
    CloseHandle(echo);
}

typedef struct {
    HANDLE Echo;
    DWORD Bytes, Count, Index;
    LONGLONG Samples[MOST_SAMPLES / THREADS];
} WORK;

static DWORD WINAPI Worker(void* Context) {
    WORK* work = Context;
    for (DWORD i = 0; i < work->Count; i++) {
        LONGLONG start = Now();
        if (!Call(work->Echo, work->Bytes, Output[work->Index])) exit(5);
        work->Samples[i] = Now() - start;
    }
    return 0;
}

static void Threads(const char* Row, DWORD Bytes, DWORD Count) {
    static WORK work[THREADS];
    HANDLE threads[THREADS];
    for (DWORD i = 0; i < THREADS; i++) {
        work[i] = (WORK){.Echo = Open(0), .Bytes = Bytes, .Count = Count / THREADS, .Index = i};
        threads[i] = CreateThread(NULL, 0, Worker, &work[i], 0, NULL);
    }
    WaitForMultipleObjects(THREADS, threads, TRUE, INFINITE);
    printf("row %s\n", Row);
    for (DWORD i = 0; i < THREADS; i++) {
        for (DWORD s = 0; s < work[i].Count; s++) printf("%lld\n", Nanoseconds(work[i].Samples[s]));
        CloseHandle(work[i].Echo);
        CloseHandle(threads[i]);
    }
}

static void Opens(DWORD Count) {
    static LONGLONG samples[MOST_SAMPLES];
    for (DWORD i = 0; i < Count; i++) {
        LONGLONG start = Now();
        HANDLE echo = Open(0);
        if (echo == INVALID_HANDLE_VALUE) exit(6);
        CloseHandle(echo);
        samples[i] = Now() - start;
    }
    Print("wine_open", samples, Count);
}

/* A call that has nothing to do with drivers but passes the hook: closing a handle that is not there. */
static void OtherCalls(DWORD Count) {
    static LONGLONG samples[MOST_SAMPLES];
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (DWORD i = 0; i < Count; i++) {
        HANDLE copy;
        LONGLONG start = Now();
        DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
        CloseHandle(copy);
        samples[i] = Now() - start;
    }
    Print("wine_other_calls", samples, Count);
    CloseHandle(event);
}

static void Starts(SC_HANDLE Service, DWORD Count) {
    static LONGLONG samples[MOST_SAMPLES];
    SERVICE_STATUS status;
    for (DWORD i = 0; i < Count; i++) {
        LONGLONG start = Now();
        if (!StartServiceA(Service, 0, NULL)) exit(7);
        samples[i] = Now() - start;
        if (i + 1 < Count) ControlService(Service, SERVICE_CONTROL_STOP, &status);
        Sleep(50);
    }
    Print("wine_start", samples, Count);
}

int main(int argc, char** argv) {
    SC_HANDLE manager, service;
    SERVICE_STATUS status;
    if (argc < 2) return 1;
    QueryPerformanceFrequency(&Frequency);
    if (strcmp(argv[1], "other_calls") == 0) {
        OtherCalls(5000);
        return 0;
    }
    manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    service = CreateServiceA(manager, "rslbench", "rslbench", SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL,
                             argv[1], NULL, NULL, NULL, NULL, NULL);
    if (service == NULL) return 8;
    Starts(service, 8);
    Opens(2000);
    Calls("wine_ioctl_0", 0, 10000, 0);
    Calls("wine_ioctl_64", 64, 10000, 0);
    Calls("wine_ioctl_4096", 4096, 5000, 0);
    Calls("wine_ioctl_65536", 65536, 1000, 0);
    Calls("wine_ioctl_0_paced", 0, 300, 1);
    Calls("wine_ioctl_64_paced", 64, 300, 1);
    Calls("wine_ioctl_4096_paced", 4096, 300, 1);
    Calls("wine_ioctl_65536_paced", 65536, 300, 1);
    Overlapped("wine_ioctl_0_overlapped", 0, 2000);
    Overlapped("wine_ioctl_64_overlapped", 64, 2000);
    Overlapped("wine_ioctl_4096_overlapped", 4096, 2000);
    Overlapped("wine_ioctl_65536_overlapped", 65536, 500);
    Threads("wine_ioctl_64_4threads", 64, 4000);
    ControlService(service, SERVICE_CONTROL_STOP, &status);
    DeleteService(service);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return 0;
}
