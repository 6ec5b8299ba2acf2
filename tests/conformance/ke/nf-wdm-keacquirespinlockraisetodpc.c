// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static struct {
    KSPIN_LOCK Lock;
    ULONG Sum;
} Counted;

#define ROUNDS 20000

static VOID NTAPI CountUp(PVOID Context) {
    ULONG i;
    for (i = 0; i < ROUNDS; i++) {
        KIRQL before = KeAcquireSpinLockRaiseToDpc(&Counted.Lock);
        Counted.Sum++;
        KeReleaseSpinLock(&Counted.Lock, before);
    }
}

CONFORMANCE(KeAcquireSpinLockRaiseToDpc, ReturnsTheLevelBefore) {
    KSPIN_LOCK lock;
    KIRQL before;
    KeInitializeSpinLock(&lock);
    before = KeAcquireSpinLockRaiseToDpc(&lock);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseSpinLock(&lock, before);
    CHECK_EQ(before, PASSIVE_LEVEL);
    AT_IRQL(APC_LEVEL, {
        before = KeAcquireSpinLockRaiseToDpc(&lock);
        KeReleaseSpinLock(&lock, before);
    });
    CHECK_EQ(before, APC_LEVEL);
}

CONFORMANCE(KeAcquireSpinLockRaiseToDpc, LetsOneHolderInAtATime) {
    PETHREAD other;
    KeInitializeSpinLock(&Counted.Lock);
    Counted.Sum = 0;
    other = StartHelper(CountUp, NULL);
    CountUp(NULL);
    CHECK(EndHelper(other));
    CHECK_EQ(Counted.Sum, 2 * ROUNDS);
}
