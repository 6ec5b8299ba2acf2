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
        KLOCK_QUEUE_HANDLE handle;
        KeAcquireInStackQueuedSpinLock(&Counted.Lock, &handle);
        Counted.Sum++;
        KeReleaseInStackQueuedSpinLock(&handle);
    }
}

CONFORMANCE(KeAcquireInStackQueuedSpinLock, HoldsTheLockAtDispatchLevel) {
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    KeInitializeSpinLock(&lock);
    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(handle.OldIrql, PASSIVE_LEVEL);
    CHECK(lock != 0);
    KeReleaseInStackQueuedSpinLock(&handle);
}

CONFORMANCE(KeAcquireInStackQueuedSpinLock, LetsOneHolderInAtATime) {
    PETHREAD other;
    KeInitializeSpinLock(&Counted.Lock);
    Counted.Sum = 0;
    other = StartHelper(CountUp, NULL);
    CountUp(NULL);
    CHECK(EndHelper(other));
    CHECK_EQ(Counted.Sum, 2 * ROUNDS);
    CHECK_EQ(Counted.Lock, 0);
}
