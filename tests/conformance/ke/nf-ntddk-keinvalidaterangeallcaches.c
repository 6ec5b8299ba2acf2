// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeInvalidateRangeAllCaches, PVOID, ULONG);

CONFORMANCE(KeInvalidateRangeAllCaches, WritesBackWhatWasWritten) {
    static UCHAR range[300];
    RtlFillMemory(range, sizeof(range), 0x5A);
    AT_IRQL(DISPATCH_LEVEL, ImportedKeInvalidateRangeAllCaches(range + 1, 290));
    CHECK_EQ(range[0], 0x5A);
    CHECK_EQ(range[290], 0x5A);
    ImportedKeInvalidateRangeAllCaches(range, 0);
}
