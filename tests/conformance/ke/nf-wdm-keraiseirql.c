// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeRaiseIrql, KIRQL, PKIRQL);
IMPORTED(KIRQL, KfRaiseIrql, KIRQL);

CONFORMANCE(KeRaiseIrql, StoresTheLevelBefore) {
    KIRQL first = 77, second = 77;
    ImportedKeRaiseIrql(APC_LEVEL, &first);
    ImportedKeRaiseIrql(DISPATCH_LEVEL, &second);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(first);
    CHECK_EQ(first, PASSIVE_LEVEL);
    CHECK_EQ(second, APC_LEVEL);
}

CONFORMANCE(KeRaiseIrql, ToTheSameLevelChangesNothing) {
    KIRQL before = 77;
    ImportedKeRaiseIrql(PASSIVE_LEVEL, &before);
    CHECK_EQ(before, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

/* KfRaiseIrql is what the macro KeRaiseIrql calls. */
CONFORMANCE(KfRaiseIrql, ReturnsTheLevelBefore) {
    KIRQL before = ImportedKfRaiseIrql(DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(ImportedKfRaiseIrql(HIGH_LEVEL), DISPATCH_LEVEL);
    KeLowerIrql(before);
    CHECK_EQ(before, PASSIVE_LEVEL);
}
