// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Count(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    InterlockedIncrement(Context);
}

CONFORMANCE(KeInsertQueueDpc, RunsTheRoutineOnceAtDispatchLevel) {
    KDPC dpc;
    LONG count = 0;
    KeInitializeDpc(&dpc, Count, &count);
    CHECK(KeInsertQueueDpc(&dpc, NULL, NULL));
    KeFlushQueuedDpcs();
    CHECK_EQ(count, 1);
}

CONFORMANCE(KeInsertQueueDpc, IsFalseWhileQueued) {
    KDPC dpc;
    LONG count = 0;
    KeInitializeDpc(&dpc, Count, &count);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK(KeInsertQueueDpc(&dpc, NULL, NULL));
        CHECK(!KeInsertQueueDpc(&dpc, NULL, NULL));
    });
    KeFlushQueuedDpcs();
    CHECK_EQ(count, 1);
}

CONFORMANCE(KeInsertQueueDpc, RunsAtHighLevel) {
    KDPC dpc;
    LONG count = 0;
    KeInitializeDpc(&dpc, Count, &count);
    AT_IRQL(HIGH_LEVEL, {
        CHECK(KeInsertQueueDpc(&dpc, NULL, NULL));
        CHECK_EQ(count, 0);
    });
    KeFlushQueuedDpcs();
    CHECK_EQ(count, 1);
}
