// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeAcquireInStackQueuedSpinLockForDpc, RaisesWhenBelowDispatchLevel) {
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    KeInitializeSpinLock(&lock);
    KeAcquireInStackQueuedSpinLockForDpc(&lock, &handle);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK(lock != 0);
    KeReleaseInStackQueuedSpinLockForDpc(&handle);
    CHECK_EQ(lock, 0);
}
