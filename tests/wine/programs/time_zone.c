// SPDX-License-Identifier: GPL-2.0-only
// Says what Windows programs learn about the time zone, by every call that tells of it.
#include <windows.h>
#include <winternl.h>
#include <stdio.h>

enum { CURRENT = 44, DYNAMIC = 102 }; /* SystemCurrentTimeZoneInformation, SystemDynamicTimeZoneInformation */

static void Say(const char* What, LONG Status, ULONG Needed, const void* Bytes, ULONG Count) {
    printf("%s %08lx %lu ", What, (unsigned long)Status, Needed);
    for (ULONG i = 0; i < Count; i++) printf("%02x", ((const unsigned char*)Bytes)[i]);
    printf("\n");
}

static void Ask(const char* What, int Class, ULONG Bytes) {
    unsigned char buffer[512] = {0};
    ULONG needed = 0;
    const LONG status = NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)Class, buffer, Bytes, &needed);
    Say(What, status, needed, buffer, sizeof(buffer));
}

int main(void) {
    DYNAMIC_TIME_ZONE_INFORMATION dynamic = {0};
    TIME_ZONE_INFORMATION plain = {0};
    Ask("current", CURRENT, sizeof(plain));
    Ask("dynamic", DYNAMIC, sizeof(dynamic));
    Ask("short", DYNAMIC, sizeof(dynamic) - 1);
    Ask("long", DYNAMIC, sizeof(dynamic) + 1);
    Ask("none", CURRENT, 0);
    Say("nowhere", NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)DYNAMIC, NULL, sizeof(dynamic), NULL), 0, NULL, 0);
    Say("bad", NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)DYNAMIC, (void*)16, sizeof(dynamic), NULL), 0, NULL, 0);
    Say("GetTimeZoneInformation", (LONG)GetTimeZoneInformation(&plain), 0, &plain, sizeof(plain));
    Say("GetDynamicTimeZoneInformation", (LONG)GetDynamicTimeZoneInformation(&dynamic), 0, &dynamic, sizeof(dynamic));
    return 0;
}
