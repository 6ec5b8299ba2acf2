/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisGetSystemUpTimeEx, CountsMilliseconds) {
    LARGE_INTEGER before, after, wait;
    NdisGetSystemUpTimeEx(&before);
    wait.QuadPart = -300000; /* 30 ms */
    KeDelayExecutionThread(KernelMode, FALSE, &wait);
    AT_IRQL(DISPATCH_LEVEL, NdisGetSystemUpTimeEx(&after));
    CHECK(after.QuadPart - before.QuadPart >= 15 && after.QuadPart - before.QuadPart < 60000);
}
