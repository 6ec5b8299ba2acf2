/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisMSleep, SleepsMicroseconds) {
    LARGE_INTEGER before, after;
    NdisGetSystemUpTimeEx(&before);
    NdisMSleep(30000);
    NdisGetSystemUpTimeEx(&after);
    CHECK(after.QuadPart - before.QuadPart >= 15);
}
