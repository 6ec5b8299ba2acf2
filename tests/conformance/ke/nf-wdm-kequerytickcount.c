// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeQueryTickCount, PLARGE_INTEGER);

CONFORMANCE(KeQueryTickCount, Advances) {
    LARGE_INTEGER first, later;
    ImportedKeQueryTickCount(&first);
    PauseMs(40);
    ImportedKeQueryTickCount(&later);
    CHECK(later.QuadPart >= first.QuadPart + 2);
    AT_IRQL(HIGH_LEVEL, ImportedKeQueryTickCount(&later));
}
