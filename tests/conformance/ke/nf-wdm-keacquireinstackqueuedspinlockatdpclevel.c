// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeAcquireInStackQueuedSpinLockAtDpcLevel, HoldsTheLockAndKeepsTheLevel) {
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    KeInitializeSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
        CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        CHECK(lock != 0);
        KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
    });
    CHECK_EQ(lock, 0);
}
