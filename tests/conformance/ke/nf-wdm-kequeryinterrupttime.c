// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONGLONG, KeQueryInterruptTime, VOID);

CONFORMANCE(KeQueryInterruptTime, CountsFromTheStart) {
    ULONGLONG first = ImportedKeQueryInterruptTime(), later;
    PauseMs(20);
    later = ImportedKeQueryInterruptTime();
    CHECK(later - first >= 200000); /* units of 100 ns */
    CHECK(later < 24ULL * 3600 * 10000000);
    AT_IRQL(HIGH_LEVEL, CHECK(ImportedKeQueryInterruptTime() >= later));
}
