// SPDX-License-Identifier: GPL-2.0-only
// NtQuerySystemTime is documented for user mode (winternl.h).
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI NtQuerySystemTime(PLARGE_INTEGER SystemTime);
NTSYSAPI NTSTATUS NTAPI ZwQuerySystemTime(PLARGE_INTEGER SystemTime);

CONFORMANCE(NtQuerySystemTime, TellsTheSystemTime) {
    LARGE_INTEGER before, time;
    KeQuerySystemTime(&before);
    CHECK_STATUS(NtQuerySystemTime(&time), STATUS_SUCCESS);
    CHECK(time.QuadPart >= before.QuadPart && time.QuadPart < before.QuadPart + 10000000);
}

CONFORMANCE_IN_CALLER(NtQuerySystemTime, RefusesAKernelAddressOfAUser) {
    static LARGE_INTEGER time;
    CHECK_STATUS(NtQuerySystemTime(&time), STATUS_ACCESS_VIOLATION);
    CHECK_EQ(time.QuadPart, 0);
}

CONFORMANCE_IN_CALLER(ZwQuerySystemTime, TakesAKernelAddress) {
    LARGE_INTEGER time = {.QuadPart = 0};
    CHECK_STATUS(ZwQuerySystemTime(&time), STATUS_SUCCESS);
    CHECK(time.QuadPart != 0);
}
