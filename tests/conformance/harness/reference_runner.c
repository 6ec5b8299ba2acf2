/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the conformance driver of one folder in another system that takes Windows drivers, such as
 * Wine: an ordinary Windows program, which installs the driver as a kernel service, lists its tests
 * and runs them one by one. For tests/conformance/run_reference, which reads what it prints:
 *
 *     test INDEX NAME                     before each test, so that a test that kills this program
 * is known passed | failed | skipped | crashed | no answer | text of the failure, a line each error
 * SENTENCE                      when nothing can be run
 *
 * It ends at a test that crashes or hangs; the caller starts the system anew and goes on behind it.
 *
 * usage: reference_runner FOLDER DRIVER_PATH FIRST_TEST */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "control.h"

#define REPORT_BYTES  8192
#define TIME_LIMIT_MS 15000 /* longer than a test waits by itself */
#define STOPS_MACHINE 2

static SC_HANDLE Service;
static HANDLE Device = INVALID_HANDLE_VALUE;
static char DeviceName[128];

static void Say(const char* format, ...) {
    va_list list;
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    putchar('\n');
    fflush(stdout);
}

static int Fail(const char* what) {
    Say("error %s: error %lu", what, GetLastError());
    return 1;
}

static int Install(const char* folder, const char* path) {
    char name[64];
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    if (manager == NULL) return Fail("no service manager");
    snprintf(name, sizeof(name), "Conformance_%s", folder);
    snprintf(DeviceName, sizeof(DeviceName), "\\\\.\\Conformance_%s", folder);
    Service = CreateServiceA(manager, name, name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
                             SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, path, NULL, NULL, NULL,
                             NULL, NULL);
    if (Service == NULL) Service = OpenServiceA(manager, name, SERVICE_ALL_ACCESS);
    return Service == NULL ? Fail("the service cannot be made") : 0;
}

static int Open(void) {
    int attempt;
    if (Device != INVALID_HANDLE_VALUE) CloseHandle(Device);
    for (attempt = 0; attempt < 20; attempt++) {
        if (StartServiceA(Service, 0, NULL) || GetLastError() == ERROR_SERVICE_ALREADY_RUNNING) {
            Device = CreateFileA(DeviceName, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                                 FILE_FLAG_OVERLAPPED, NULL);
            if (Device != INVALID_HANDLE_VALUE) return 0;
        }
        Sleep(250);
    }
    return Fail("the driver cannot be started");
}

typedef struct {
    DWORD Code, Input, Capacity;
    char* Out;
    int Result; /* the bytes that came back; -1 when the driver died */
} CALL;

static DWORD WINAPI CallThread(void* context) {
    CALL* call = context;
    OVERLAPPED overlapped = {0};
    DWORD bytes = 0;
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    if ((DeviceIoControl(Device, call->Code, &call->Input, sizeof(call->Input), call->Out,
                         call->Capacity, NULL, &overlapped) ||
         GetLastError() == ERROR_IO_PENDING) &&
        GetOverlappedResult(Device, &overlapped, &bytes, TRUE))
        call->Result = (int)bytes;
    CloseHandle(overlapped.hEvent);
    return 0;
}

/* The bytes that came back; -1 when the driver died, -2 when it does not answer. In a thread of its
 * own: a driver that hangs in its dispatch routine lets not even an overlapped call return. */
static int Call(DWORD code, unsigned long index, char* out, DWORD capacity) {
    static CALL call;
    HANDLE thread;
    call = (CALL){code, index, capacity, out, -1};
    thread = CreateThread(NULL, 0, CallThread, &call, 0, NULL);
    if (thread == NULL) return -1;
    if (WaitForSingleObject(thread, TIME_LIMIT_MS) != WAIT_OBJECT_0) return -2;
    CloseHandle(thread);
    return call.Result;
}

static void Report(const char* report, int bytes) {
    static const char* const words[] = {"passed", "failed", "skipped"};
    DWORD outcome = *(const DWORD*)report;
    const char* line = report + sizeof(DWORD);
    Say("%s", outcome < 3 ? words[outcome] : "failed");
    while (line < report + bytes) {
        const char* end = memchr(line, '\n', report + bytes - line);
        int length = (int)((end ? end : report + bytes) - line);
        Say("| %.*s", length, line);
        line += length + 1;
    }
}

/* Returns whether the driver is gone or stuck: its host has to be started anew then. */
static int Run(unsigned long index, const char* name) {
    static char report[REPORT_BYTES];
    int bytes;
    Say("test %lu %s", index, name);
    fprintf(stderr, "test %lu\n", index); /* where the system's own complaints go, too */
    bytes = Call(IOCTL_CONFORMANCE_RUN, index, report, sizeof(report));
    if (bytes >= (int)sizeof(DWORD)) {
        Report(report, bytes);
        return 0;
    }
    Say(bytes == -2 ? "no answer" : "crashed");
    return 1;
}

static int RunAll(unsigned long first) {
    static char list[REPORT_BYTES];
    for (;;) {
        int bytes = Call(IOCTL_CONFORMANCE_LIST, first, list, sizeof(list) - 1);
        char* line;
        if (bytes < 0) return Fail("the driver does not list its tests");
        if (bytes == 0) return 0;
        list[bytes] = 0;
        for (line = strtok(list, "\n"); line != NULL; line = strtok(NULL, "\n"), first++) {
            unsigned long index, kind;
            char name[256];
            if (sscanf(line, "%lu %lu %*s %255s", &index, &kind, name) != 3)
                return Fail("the list is damaged");
            if (kind != STOPS_MACHINE && Run(index, name)) return 1;
        }
    }
}

int main(int argc, char** argv) {
    if (argc != 4) return Fail("usage: reference_runner FOLDER DRIVER_PATH FIRST_TEST");
    if (Install(argv[1], argv[2]) != 0 || Open() != 0) return 1;
    return RunAll(strtoul(argv[3], NULL, 10));
}
