// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(KIRQL, KeGetCurrentIrql, VOID);

CONFORMANCE(KeGetCurrentIrql, ReadsTheLevel) {
    CHECK_EQ(ImportedKeGetCurrentIrql(), PASSIVE_LEVEL);
    AT_IRQL(APC_LEVEL, CHECK_EQ(ImportedKeGetCurrentIrql(), APC_LEVEL));
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(ImportedKeGetCurrentIrql(), DISPATCH_LEVEL));
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedKeGetCurrentIrql(), HIGH_LEVEL));
}
