// SPDX-License-Identifier: GPL-2.0-only
// Waits in a read that nobody feeds, to be killed there, or to see its VM killed; with "check", says whether the driver got rid
// of that; with "anew", stops the service first: its driver has gone with its VM.
#include "check.h"

static void StopDriver(const char* Name) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS), service = OpenServiceA(manager, Name, SERVICE_ALL_ACCESS);
    SERVICE_STATUS status;
    if (service != NULL) ControlService(service, SERVICE_CONTROL_STOP, &status);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

int main(int argc, char** argv) {
    DWORD counts[4] = {0}, bytes;
    char text[32];
    const BOOL check = argc > 1 && strcmp(argv[1], "check") == 0;
    SC_HANDLE service;
    if (argc > 1 && !check) StopDriver("queue");
    service = StartDriver("queue", "C:\\drivers\\queue.sys");
    HANDLE queue = CreateFileA("\\\\.\\Queue", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(IsHandle(queue));
    if (check) {
        /* The VM closes the files of a program that has gone as soon as it notices; a second is the limit. */
        for (int i = 0; i < 100; i++) {
            CHECK(DeviceIoControl(queue, 0x222000, NULL, 0, counts, sizeof(counts), &bytes, NULL));
            if (counts[0] == 0 && counts[3] == 1) break;
            Sleep(10);
        }
        CHECK(counts[0] == 0 && counts[3] == 1);
        CloseHandle(queue);
        RemoveDriver(service);
        return Failures != 0;
    }
    printf("waiting\n");
    fflush(stdout);
    if (ReadFile(queue, text, sizeof(text), &bytes, NULL)) printf("the read came back\n");
    else printf("the read failed with %lu\n", GetLastError());
    return 3;
}
