// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONG64, KeQueryTotalCycleTimeThread, PKTHREAD, PULONG64);

CONFORMANCE(KeQueryTotalCycleTimeThread, GrowsWhileTheThreadRuns) {
    ULONG64 first, later, firstStamp = 0, laterStamp = 0;
    first = ImportedKeQueryTotalCycleTimeThread(KeGetCurrentThread(), &firstStamp);
    KeStallExecutionProcessor(1000);
    later = ImportedKeQueryTotalCycleTimeThread(KeGetCurrentThread(), &laterStamp);
    CHECK(later > first);
    CHECK(laterStamp > firstStamp);
}
