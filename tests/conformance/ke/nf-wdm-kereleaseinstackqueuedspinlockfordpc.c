// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeReleaseInStackQueuedSpinLockForDpc, GoesBackToTheLevelBefore) {
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    KeInitializeSpinLock(&lock);
    KeAcquireInStackQueuedSpinLockForDpc(&lock, &handle);
    KeReleaseInStackQueuedSpinLockForDpc(&handle);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    AT_IRQL(DISPATCH_LEVEL, {
        KeAcquireInStackQueuedSpinLockForDpc(&lock, &handle);
        KeReleaseInStackQueuedSpinLockForDpc(&handle);
    });
}
