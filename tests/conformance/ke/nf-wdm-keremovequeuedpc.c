// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Count(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    InterlockedIncrement(Context);
}

CONFORMANCE(KeRemoveQueueDpc, TakesAQueuedDpcOut) {
    KDPC dpc;
    LONG count = 0;
    KeInitializeDpc(&dpc, Count, &count);
    AT_IRQL(DISPATCH_LEVEL, {
        KeInsertQueueDpc(&dpc, NULL, NULL);
        CHECK(KeRemoveQueueDpc(&dpc));
        CHECK(!KeRemoveQueueDpc(&dpc));
    });
    KeFlushQueuedDpcs();
    CHECK_EQ(count, 0);
}

CONFORMANCE(KeRemoveQueueDpc, RunsAtHighLevel) {
    KDPC dpc;
    LONG count = 0;
    KeInitializeDpc(&dpc, Count, &count);
    AT_IRQL(HIGH_LEVEL, CHECK(!KeRemoveQueueDpc(&dpc)));
}
