/* SPDX-License-Identifier: GPL-2.0-only */
#include "legacy.h"

CONFORMANCE(NdisGetSystemUpTime, CountsMilliseconds) {
    ULONG before = 0, after = 0;
    LARGE_INTEGER start, end;
    KeQuerySystemTime(&start);
    AT_IRQL(DISPATCH_LEVEL, NdisGetSystemUpTime(&before));
    NdisMSleep(30000);
    NdisGetSystemUpTime(&after);
    KeQuerySystemTime(&end);
    CHECK(after - before >= 15);
    CHECK(after - before <= (ULONG)((end.QuadPart - start.QuadPart) / 10000) + 20);
}
