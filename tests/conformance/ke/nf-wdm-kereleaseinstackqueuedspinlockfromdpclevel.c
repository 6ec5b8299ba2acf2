// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeReleaseInStackQueuedSpinLockFromDpcLevel, FreesTheLockAndKeepsTheLevel) {
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    KeInitializeSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
        KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
        CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        CHECK_EQ(lock, 0);
    });
}
