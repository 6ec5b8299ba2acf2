// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeQueryRuntimeThread, CountsClockTicksOfKernelTime) {
    ULONG user = 77, first, later, i;
    first = KeQueryRuntimeThread(KeGetCurrentThread(), &user);
    CHECK_EQ(user, 0);
    for (i = 0; i < 50; i++) KeStallExecutionProcessor(1000);
    PauseMs(1);
    later = KeQueryRuntimeThread(KeGetCurrentThread(), &user);
    CHECK(later >= first + 2);
    CHECK(later < first + 1000);
}
