// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(KIRQL, KeRaiseIrqlToDpcLevel, VOID);

CONFORMANCE(KeRaiseIrqlToDpcLevel, RaisesAndReturnsTheLevelBefore) {
    KIRQL before = ImportedKeRaiseIrqlToDpcLevel();
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(ImportedKeRaiseIrqlToDpcLevel(), DISPATCH_LEVEL);
    KeLowerIrql(before);
    CHECK_EQ(before, PASSIVE_LEVEL);
}
