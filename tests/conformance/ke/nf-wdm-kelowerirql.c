// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeLowerIrql, KIRQL);
IMPORTED(VOID, KfLowerIrql, KIRQL);

static VOID NTAPI Ran(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    *(volatile LONG*)Context = 1;
}

CONFORMANCE(KeLowerIrql, GoesBackToTheLevelBefore) {
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    ImportedKeLowerIrql(before);
    CHECK_EQ(before, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

CONFORMANCE(KeLowerIrql, RunsTheDpcsThatWaited) {
    volatile LONG ran = 0;
    KDPC dpc;
    KIRQL before;
    KeInitializeDpc(&dpc, Ran, (PVOID)&ran);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    CHECK_EQ(ran, 0);
    ImportedKeLowerIrql(before);
    CHECK_EQ(ran, 1);
    KeFlushQueuedDpcs();
}

CONFORMANCE(KfLowerIrql, GoesBackToTheLevelBefore) {
    KIRQL before;
    KeRaiseIrql(HIGH_LEVEL, &before);
    ImportedKfLowerIrql(DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    ImportedKfLowerIrql(before);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
