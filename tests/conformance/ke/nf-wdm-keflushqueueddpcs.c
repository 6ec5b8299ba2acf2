// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Count(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    KeStallExecutionProcessor(500);
    InterlockedIncrement(Context);
}

CONFORMANCE(KeFlushQueuedDpcs, ReturnsWhenDpcsOfAllProcessorsHaveRun) {
    static KDPC dpcs[16];
    ULONG count = KeQueryActiveProcessorCount(NULL), i;
    LONG ran = 0;
    for (i = 0; i < count; i++) {
        KeInitializeDpc(&dpcs[i], Count, &ran);
        KeSetTargetProcessorDpc(&dpcs[i], (CCHAR)i);
        KeInsertQueueDpc(&dpcs[i], NULL, NULL);
    }
    KeFlushQueuedDpcs();
    CHECK_EQ(ran, (LONG)count);
}

CONFORMANCE(KeFlushQueuedDpcs, ReturnsAtOnceWhenNothingIsQueued) {
    KeFlushQueuedDpcs();
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
