// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static VOID NTAPI Count(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    InterlockedIncrement(Context);
}

CONFORMANCE(KeSetTimerEx, AnIntervalRepeats) {
    static KTIMER timer;
    static KDPC dpc;
    static volatile LONG count;
    LARGE_INTEGER due = RelativeMs(1);
    count = 0;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    KeInitializeDpc(&dpc, Count, (PVOID)&count);
    CHECK(!KeSetTimerEx(&timer, due, 2, &dpc));
    CHECK(EVENTUALLY(count >= 3));
    CHECK(KeCancelTimer(&timer));
    KeFlushQueuedDpcs();
}

CONFORMANCE(KeSetTimerEx, PeriodZeroExpiresOnce) {
    static KTIMER timer;
    LARGE_INTEGER due = RelativeMs(1);
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    AT_IRQL(DISPATCH_LEVEL, KeSetTimerEx(&timer, due, 0, NULL));
    CHECK_STATUS(WaitMs(&timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK_STATUS(WaitMs(&timer, 5), STATUS_TIMEOUT);
    CHECK(!KeCancelTimer(&timer));
}
