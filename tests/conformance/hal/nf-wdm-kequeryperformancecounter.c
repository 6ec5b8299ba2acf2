/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(KeQueryPerformanceCounter, CountsUpAtItsFrequency) {
    LARGE_INTEGER frequency = {.QuadPart = 0}, before, after;
    before = KeQueryPerformanceCounter(&frequency);
    CHECK(frequency.QuadPart >= 1000000);
    KeStallExecutionProcessor(200);
    after = KeQueryPerformanceCounter(NULL);
    CHECK((after.QuadPart - before.QuadPart) * 1000000 >= 200 * frequency.QuadPart);
    AT_IRQL(HIGH_LEVEL, before = KeQueryPerformanceCounter(NULL));
    CHECK(before.QuadPart >= after.QuadPart);
}
