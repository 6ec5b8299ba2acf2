// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeQuerySystemTime, PLARGE_INTEGER);

CONFORMANCE(KeQuerySystemTime, IsSometimeAfter2020AndAdvances) {
    LARGE_INTEGER first, later;
    TIME_FIELDS fields;
    ImportedKeQuerySystemTime(&first);
    RtlTimeToTimeFields(&first, &fields);
    CHECK(fields.Year >= 2020 && fields.Year < 2200);
    PauseMs(2);
    ImportedKeQuerySystemTime(&later);
    CHECK(later.QuadPart > first.QuadPart);
    AT_IRQL(HIGH_LEVEL, ImportedKeQuerySystemTime(&later));
}
