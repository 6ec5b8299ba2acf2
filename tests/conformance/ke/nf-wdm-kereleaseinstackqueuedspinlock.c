// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeReleaseInStackQueuedSpinLock, FreesTheLockAndGoesBackToTheLevelBefore) {
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    KeInitializeSpinLock(&lock);
    AT_IRQL(APC_LEVEL, {
        KeAcquireInStackQueuedSpinLock(&lock, &handle);
        KeReleaseInStackQueuedSpinLock(&handle);
    });
    CHECK_EQ(lock, 0);
}
