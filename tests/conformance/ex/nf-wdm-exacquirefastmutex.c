// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, ExAcquireFastMutex, PFAST_MUTEX);
IMPORTED(VOID, ExReleaseFastMutex, PFAST_MUTEX);

static FAST_MUTEX Shared;
static ULONG Sum;

static VOID NTAPI CountUp(PVOID Context) {
    ULONG i;
    for (i = 0; i < 2000; i++) {
        ULONG seen;
        ImportedExAcquireFastMutex(&Shared);
        seen = Sum;
        if (i % 200 == 0) PauseMs(1);
        Sum = seen + 1;
        ImportedExReleaseFastMutex(&Shared);
    }
}

CONFORMANCE(ExAcquireFastMutex, RaisesToApcLevelUntilReleased) {
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    ImportedExAcquireFastMutex(&mutex);
    CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    CHECK(KeAreAllApcsDisabled());
    ImportedExReleaseFastMutex(&mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

CONFORMANCE(ExAcquireFastMutex, LetsOneOwnerInAtATime) {
    PETHREAD one, two;
    ExInitializeFastMutex(&Shared);
    Sum = 0;
    one = StartHelper(CountUp, NULL);
    two = StartHelper(CountUp, NULL);
    CountUp(NULL);
    CHECK(EndHelper(one) && EndHelper(two));
    CHECK_EQ(Sum, 6000);
}
