/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(KeStallExecutionProcessor, StallsAtLeastAsLongAsAsked) {
    LARGE_INTEGER frequency, before, after;
    before = KeQueryPerformanceCounter(&frequency);
    AT_IRQL(HIGH_LEVEL, KeStallExecutionProcessor(50));
    after = KeQueryPerformanceCounter(NULL);
    CHECK((after.QuadPart - before.QuadPart) * 1000000 >= 50 * frequency.QuadPart);
    KeStallExecutionProcessor(0);
}
