// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static KGUARDED_MUTEX Shared;
static ULONG Sum;

static VOID NTAPI CountUp(PVOID Context) {
    ULONG i;
    for (i = 0; i < 2000; i++) {
        ULONG seen;
        KeAcquireGuardedMutex(&Shared);
        seen = Sum;
        if (i % 200 == 0) KeStallExecutionProcessor(20);
        Sum = seen + 1;
        KeReleaseGuardedMutex(&Shared);
    }
}

CONFORMANCE(KeAcquireGuardedMutex, DisablesAllApcsWithoutRaisingTheLevel) {
    KGUARDED_MUTEX mutex;
    KeInitializeGuardedMutex(&mutex);
    KeAcquireGuardedMutex(&mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(KeAreAllApcsDisabled());
    KeReleaseGuardedMutex(&mutex);
    CHECK(!KeAreAllApcsDisabled());
}

CONFORMANCE(KeAcquireGuardedMutex, LetsOneOwnerInAtATime) {
    PETHREAD other;
    KeInitializeGuardedMutex(&Shared);
    Sum = 0;
    other = StartHelper(CountUp, NULL);
    CountUp(NULL);
    CHECK(EndHelper(other));
    CHECK_EQ(Sum, 4000);
}
