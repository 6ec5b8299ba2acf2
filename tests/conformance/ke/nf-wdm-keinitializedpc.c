// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Routine(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    PVOID* seen = Context;
    seen[0] = Dpc;
    seen[1] = First;
    seen[2] = Second;
}

CONFORMANCE(KeInitializeDpc, TheRoutineGetsItsContextAndArguments) {
    KDPC dpc;
    PVOID seen[3] = {0};
    KeInitializeDpc(&dpc, Routine, seen);
    KeInsertQueueDpc(&dpc, (PVOID)1, (PVOID)2);
    KeFlushQueuedDpcs();
    CHECK_EQ(seen[0], (PVOID)&dpc);
    CHECK_EQ(seen[1], (PVOID)1);
    CHECK_EQ(seen[2], (PVOID)2);
}

CONFORMANCE(KeInitializeDpc, RunsAtHighLevel) {
    KDPC dpc;
    PVOID seen[3] = {0};
    AT_IRQL(HIGH_LEVEL, KeInitializeDpc(&dpc, Routine, seen));
    CHECK(!KeRemoveQueueDpc(&dpc));
}
