// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(BOOLEAN, KeInvalidateAllCaches, VOID);

CONFORMANCE(KeInvalidateAllCaches, WritesBackWhatWasWritten) {
    static volatile ULONG value;
    value = 77;
    ImportedKeInvalidateAllCaches();
    CHECK_EQ(value, 77);
    value = 78;
    AT_IRQL(DISPATCH_LEVEL, ImportedKeInvalidateAllCaches());
    CHECK_EQ(value, 78);
}
