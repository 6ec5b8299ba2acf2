// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONG64, PsQueryTotalCycleTimeProcess, PEPROCESS, PULONG64);

CONFORMANCE(PsQueryTotalCycleTimeProcess, GrowsWhileAThreadRuns) {
    ULONG64 stamp = 0, first, later;
    first = ImportedPsQueryTotalCycleTimeProcess(PsInitialSystemProcess, &stamp);
    KeStallExecutionProcessor(2000);
    later = ImportedPsQueryTotalCycleTimeProcess(PsInitialSystemProcess, NULL);
    CHECK(later > first);
    CHECK(stamp != 0);
}
