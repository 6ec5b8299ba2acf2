// SPDX-License-Identifier: GPL-2.0-only
// The kernel's side of docs "KeRemoveQueueDpc" with a wait for a routine that runs; prototype of
// wdm.h.
#include "threads.h"

NTKERNELAPI BOOLEAN NTAPI KeRemoveQueueDpcEx(PRKDPC Dpc, BOOLEAN WaitIfActive);

static volatile LONG Entered, Left;

static VOID NTAPI Slow(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    Entered = 1;
    KeStallExecutionProcessor(2000);
    Left = 1;
}

CONFORMANCE(KeRemoveQueueDpcEx, TakesAQueuedDpcOut) {
    KDPC dpc;
    KeInitializeDpc(&dpc, Slow, NULL);
    AT_IRQL(DISPATCH_LEVEL, {
        KeInsertQueueDpc(&dpc, NULL, NULL);
        CHECK(KeRemoveQueueDpcEx(&dpc, FALSE));
    });
    CHECK(!KeRemoveQueueDpcEx(&dpc, TRUE));
}

CONFORMANCE(KeRemoveQueueDpcEx, WaitsForARoutineThatRuns) {
    static KDPC dpc;
    ULONG target = KeQueryActiveProcessorCount(NULL) - 1;
    Entered = Left = 0;
    KeInitializeDpc(&dpc, Slow, NULL);
    KeSetTargetProcessorDpc(&dpc, (CCHAR)target);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    EVENTUALLY(Entered);
    CHECK(!KeRemoveQueueDpcEx(&dpc, TRUE));
    CHECK_EQ(Left, 1);
}
