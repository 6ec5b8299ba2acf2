// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI VOID NTAPI ExQueryTimerResolution(PULONG Maximum, PULONG Minimum, PULONG Current);

CONFORMANCE(ExQueryTimerResolution, CurrentLiesBetween) {
    ULONG maximum = 0, minimum = 0, current = 0;
    ExQueryTimerResolution(&maximum, &minimum, &current);
    CHECK(minimum != 0);
    CHECK(minimum <= current && current <= maximum);
    CHECK_EQ(maximum, KeQueryTimeIncrement());
}
