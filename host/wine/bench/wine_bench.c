/* SPDX-License-Identifier: GPL-2.0-only */
/* wine_bench.exe [DRIVER]: measures calls into echo.sys from a Windows program. The same program runs under stock Wine and under `rsl wine`,
 * so that `rsl bench` compares two drivers' hosts and nothing else. It says "ready" and reads what to measure, a line each:
 *
 *   KIND BYTES GAP COUNT LIMIT THREADS OVERLAPPED   KIND is start, open, call or other; COUNT samples at most of each thread, GAP ms
 *                                                   apart, within LIMIT ms; calls are by so many threads, overlapped if not 0
 *
 * and answers with a sample a line, in nanoseconds, and "done". At the end of its input it takes its service away. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <winioctl.h>

#define IOCTL_ECHO 0x222000
#define MOST_THREADS 4
#define MOST_SAMPLES 20000
#define WARM_UPS 100

typedef struct {
    DWORD Bytes, Gap, Count, Threads;
    BOOL Overlapped;
    LONGLONG Limit;
} ORDER;

typedef struct {
    DWORD Count;
    LONGLONG Begin, Ticks[MOST_SAMPLES];
} SERIES;

static LONGLONG Frequency;
static SC_HANDLE Service;
static char Input[65536], Output[MOST_THREADS][65536];

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

/* What one thread does: calls on a handle of its own. */
typedef struct {
    const ORDER* Order;
    HANDLE Echo;
    OVERLAPPED Overlapped;
    char* Output;
    SERIES Series;
} WORK;

static void Call(WORK* Work) {
    const DWORD bytes = Work->Order->Bytes;
    DWORD done;
    if (!DeviceIoControl(Work->Echo, IOCTL_ECHO, Input, bytes, Work->Output, bytes, &done, NULL) || done != bytes) exit(2);
}
static void CallOverlapped(WORK* Work) {
    const DWORD bytes = Work->Order->Bytes;
    DWORD done;
    if (!DeviceIoControl(Work->Echo, IOCTL_ECHO, Input, bytes, Work->Output, bytes, NULL, &Work->Overlapped) && GetLastError() != ERROR_IO_PENDING) exit(3);
    if (!GetOverlappedResult(Work->Echo, &Work->Overlapped, &done, TRUE) || done != bytes) exit(4);
}

/* Begins with calls that are not counted. */
static DWORD WINAPI Worker(void* Context) {
    WORK* work = Context;
    const ORDER* order = work->Order;
    void (*call)(WORK*) = order->Overlapped ? CallOverlapped : Call;
    LONGLONG start;
    for (DWORD i = 0; i < (order->Gap == 0 ? WARM_UPS : 1); i++) call(work);
    Begin(&work->Series);
    do {
        if (order->Gap != 0) Sleep(order->Gap);
        start = Now();
        call(work);
    } while (Add(&work->Series, start, order));
    return 0;
}

static void Calls(const ORDER* Order) {
    static WORK work[MOST_THREADS];
    HANDLE threads[MOST_THREADS];
    for (DWORD i = 0; i < Order->Threads; i++) {
        work[i].Order = Order;
        work[i].Echo = Open(Order->Overlapped ? FILE_FLAG_OVERLAPPED : 0);
        work[i].Overlapped = (OVERLAPPED){0};
        work[i].Overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        work[i].Output = Output[i];
    }
    for (DWORD i = 1; i < Order->Threads; i++) threads[i] = CreateThread(NULL, 0, Worker, &work[i], 0, NULL);
    Worker(&work[0]);
    for (DWORD i = 0; i < Order->Threads; i++) {
        if (i != 0) {
            WaitForSingleObject(threads[i], INFINITE);
            CloseHandle(threads[i]);
        }
        Print(&work[i].Series);
        CloseHandle(work[i].Overlapped.hEvent);
        CloseHandle(work[i].Echo);
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
static const KIND Kinds[] = {{"start", Starts}, {"open", Opens}, {"call", Calls}, {"other", OtherCalls}, {NULL, NULL}};

static void Measure(const char* Line) {
    char name[16];
    ORDER order;
    unsigned long limit;
    if (sscanf(Line, "%15s %lu %lu %lu %lu %lu %d", name, &order.Bytes, &order.Gap, &order.Count, &limit, &order.Threads, &order.Overlapped) != 7) exit(9);
    if (order.Bytes > sizeof(Input) || order.Count > MOST_SAMPLES || order.Threads > MOST_THREADS) exit(9);
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
