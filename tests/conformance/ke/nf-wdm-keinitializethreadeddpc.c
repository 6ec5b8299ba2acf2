// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static volatile LONG Ran;
static KIRQL RanAt;

static VOID NTAPI Routine(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    RanAt = KeGetCurrentIrql();
    Ran = 1;
}

CONFORMANCE(KeInitializeThreadedDpc, RunsAtPassiveOrDispatchLevel) {
    static KDPC dpc;
    Ran = 0;
    KeInitializeThreadedDpc(&dpc, Routine, NULL);
    CHECK(KeInsertQueueDpc(&dpc, NULL, NULL));
    CHECK(EVENTUALLY(Ran));
    CHECK(RanAt == PASSIVE_LEVEL || RanAt == DISPATCH_LEVEL);
    KeFlushQueuedDpcs();
}

CONFORMANCE(KeInitializeThreadedDpc, RunsAtDispatchLevel) {
    static KDPC dpc;
    AT_IRQL(DISPATCH_LEVEL, KeInitializeThreadedDpc(&dpc, Routine, NULL));
    CHECK(!KeRemoveQueueDpc(&dpc));
}
