// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

NTKERNELAPI VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);
NTKERNELAPI LONGLONG NTAPI PsGetThreadCreateTime(PETHREAD Thread);

static VOID NTAPI Nothing(PVOID Context) {}

CONFORMANCE(PsGetThreadCreateTime, LiesBetween) {
    LARGE_INTEGER before, after;
    PETHREAD thread;
    KeQuerySystemTimePrecise(&before);
    thread = StartHelper(Nothing, NULL);
    KeQuerySystemTimePrecise(&after);
    REQUIRE(thread != NULL);
    CHECK(PsGetThreadCreateTime(thread) >= before.QuadPart);
    CHECK(PsGetThreadCreateTime(thread) <= after.QuadPart);
    CHECK(EndHelper(thread));
}
