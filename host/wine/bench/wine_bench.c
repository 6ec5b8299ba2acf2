/* SPDX-License-Identifier: GPL-2.0-only */
/* wine_bench.exe [DRIVER]: measures calls into echo.sys from a Windows program. The same program runs under stock Wine and under `rsl wine`,
 * so that `rsl bench` compares two drivers' hosts and nothing else. It says "ready" and reads what to measure, a line each:
 *
 *   KIND BYTES GAP COUNT LIMIT   KIND is start, open, call, overlapped, threads or other; COUNT samples at most, GAP ms apart,
 *                                within LIMIT ms
 *
 * and answers with a sample a line, in nanoseconds, and "done". At the end of its input it takes its service away. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <winioctl.h>

#define IOCTL_ECHO 0x222000
#define THREADS 4
#define MOST_SAMPLES 20000
#define WARM_UPS 100

typedef struct {
    DWORD Bytes, Gap, Count;
    LONGLONG Limit;
} ORDER;

typedef struct {
    DWORD Count;
    LONGLONG Begin, Ticks[MOST_SAMPLES];
} SERIES;

static LONGLONG Frequency;
static SC_HANDLE Service;
static char Input[65536], Output[THREADS][65536];

static LONGLONG Now(void) {
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    return now.QuadPart;
}

static void Begin(SERIES* Series) {
    Series->Count = 0;
    Series->Begin = Now();
}

/* Whether there is time and room for another sample. */
static BOOL Add(SERIES* Series, LONGLONG Start, const ORDER* Order) {
    LONGLONG end = Now();
    Series->Ticks[Series->Count++] = end - Start;
    return Series->Count < Order->Count && end - Series->Begin < Order->Limit;
}

static void Print(const SERIES* Series) {
    for (DWORD i = 0; i < Series->Count; i++) printf("%lld\n", (LONGLONG)((double)Series->Ticks[i] * 1e9 / (double)Frequency));
}

static HANDLE Open(DWORD Flags) {
    return CreateFileA("\\\\.\\Echo", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, Flags, NULL);
}

static void Call(HANDLE Echo, DWORD Bytes, char* Out) {
    DWORD done;
    if (!DeviceIoControl(Echo, IOCTL_ECHO, Input, Bytes, Out, Bytes, &done, NULL) || done != Bytes) exit(2);
}

/* Begins with calls that are not counted. */
static void Calls(const ORDER* Order) {
    static SERIES series;
    HANDLE echo = Open(0);
    LONGLONG start;
    for (DWORD i = 0; i < (Order->Gap == 0 ? WARM_UPS : 1); i++) Call(echo, Order->Bytes, Output[0]);
    Begin(&series);
    do {
        if (Order->Gap != 0) Sleep(Order->Gap);
        start = Now();
        Call(echo, Order->Bytes, Output[0]);
    } while (Add(&series, start, Order));
    Print(&series);
    CloseHandle(echo);
}

static void CallOverlapped(HANDLE Echo, DWORD Bytes, OVERLAPPED* Overlapped) {
    DWORD done;
    if (!DeviceIoControl(Echo, IOCTL_ECHO, Input, Bytes, Output[0], Bytes, NULL, Overlapped) && GetLastError() != ERROR_IO_PENDING) exit(3);
    if (!GetOverlappedResult(Echo, Overlapped, &done, TRUE) || done != Bytes) exit(4);
}

static void OverlappedCalls(const ORDER* Order) {
    static SERIES series;
    OVERLAPPED overlapped = {0};
    HANDLE echo = Open(FILE_FLAG_OVERLAPPED);
    LONGLONG start;
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (DWORD i = 0; i < WARM_UPS; i++) CallOverlapped(echo, Order->Bytes, &overlapped);
    Begin(&series);
    do {
        start = Now();
        CallOverlapped(echo, Order->Bytes, &overlapped);
    } while (Add(&series, start, Order));
    Print(&series);
    CloseHandle(overlapped.hEvent);
    CloseHandle(echo);
}

typedef struct {
    const ORDER* Order;
    HANDLE Echo;
    char* Output;
    SERIES Series;
} WORK;

static DWORD WINAPI Worker(void* Context) {
    WORK* work = Context;
    LONGLONG start;
    Begin(&work->Series);
    do {
        start = Now();
        Call(work->Echo, work->Order->Bytes, work->Output);
    } while (Add(&work->Series, start, work->Order));
    return 0;
}

static void Threads(const ORDER* Order) {
    static WORK work[THREADS];
    HANDLE threads[THREADS];
    for (DWORD i = 0; i < THREADS; i++) {
        work[i].Order = Order;
        work[i].Echo = Open(0);
        work[i].Output = Output[i];
        threads[i] = CreateThread(NULL, 0, Worker, &work[i], 0, NULL);
    }
    WaitForMultipleObjects(THREADS, threads, TRUE, INFINITE);
    for (DWORD i = 0; i < THREADS; i++) {
        Print(&work[i].Series);
        CloseHandle(work[i].Echo);
        CloseHandle(threads[i]);
    }
}

static void Opens(const ORDER* Order) {
    static SERIES series;
    LONGLONG start;
    Begin(&series);
    do {
        HANDLE echo;
        start = Now();
        echo = Open(0);
        if (echo == INVALID_HANDLE_VALUE) exit(6);
        CloseHandle(echo);
    } while (Add(&series, start, Order));
    Print(&series);
}

/* A call that has nothing to do with drivers but passes the hook: closing a handle that is not ours. */
static void OtherCalls(const ORDER* Order) {
    static SERIES series;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), copy;
    LONGLONG start;
    Begin(&series);
    do {
        start = Now();
        DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
        CloseHandle(copy);
    } while (Add(&series, start, Order));
    Print(&series);
    CloseHandle(event);
}

static void Starts(const ORDER* Order) {
    static SERIES series;
    SERVICE_STATUS status;
    LONGLONG start;
    Begin(&series);
    do {
        if (ControlService(Service, SERVICE_CONTROL_STOP, &status)) Sleep(50);
        start = Now();
        if (!StartServiceA(Service, 0, NULL)) exit(7);
    } while (Add(&series, start, Order));
    Print(&series);
}

typedef struct {
    const char* Name;
    void (*Measure)(const ORDER* Order);
} KIND;
static const KIND Kinds[] = {{"start", Starts},     {"open", Opens},       {"call", Calls}, {"overlapped", OverlappedCalls},
                             {"threads", Threads}, {"other", OtherCalls}, {NULL, NULL}};

static void Measure(const char* Line) {
    char name[16];
    ORDER order;
    unsigned long limit;
    if (sscanf(Line, "%15s %lu %lu %lu %lu", name, &order.Bytes, &order.Gap, &order.Count, &limit) != 5) exit(9);
    if (order.Bytes > sizeof(Input) || order.Count > MOST_SAMPLES) exit(9);
    order.Limit = (LONGLONG)limit * Frequency / 1000;
    for (const KIND* kind = Kinds; kind->Name != NULL; kind++) {
        if (strcmp(kind->Name, name) == 0) {
            kind->Measure(&order);
            printf("done\n");
            fflush(stdout);
            return;
        }
    }
    exit(9);
}

int main(int argc, char** argv) {
    SC_HANDLE manager = NULL;
    SERVICE_STATUS status;
    LARGE_INTEGER frequency;
    char line[80];
    QueryPerformanceFrequency(&frequency);
    Frequency = frequency.QuadPart;
    if (argc > 1) {
        manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
        Service = CreateServiceA(manager, "rslbench", "rslbench", SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
                                 SERVICE_ERROR_NORMAL, argv[1], NULL, NULL, NULL, NULL, NULL);
        if (Service == NULL || !StartServiceA(Service, 0, NULL)) return 8;
    }
    printf("ready\n");
    fflush(stdout);
    while (fgets(line, sizeof(line), stdin) != NULL) Measure(line);
    if (Service == NULL) return 0;
    ControlService(Service, SERVICE_CONTROL_STOP, &status);
    DeleteService(Service);
    CloseServiceHandle(Service);
    CloseServiceHandle(manager);
    return 0;
}
