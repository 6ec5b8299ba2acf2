// SPDX-License-Identifier: GPL-2.0-only
// Waits in a read that nobody feeds, to be killed there; with "check", says whether the driver got rid of that.
#include "check.h"

int main(int argc, char** argv) {
    DWORD counts[4] = {0}, bytes;
    char text[32];
    SC_HANDLE service = StartDriver("queue", "C:\\drivers\\queue.sys");
    HANDLE queue = CreateFileA("\\\\.\\Queue", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    (void)argv;
    CHECK(IsHandle(queue));
    if (argc > 1) {
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
    ReadFile(queue, text, sizeof(text), &bytes, NULL);
    printf("the read came back\n");
    return 1;
}
