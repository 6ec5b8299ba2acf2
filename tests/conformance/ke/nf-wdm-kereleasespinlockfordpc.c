// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeReleaseSpinLockForDpc, FreesTheLockAndGoesBack) {
    KSPIN_LOCK lock;
    KIRQL before;
    KeInitializeSpinLock(&lock);
    before = KeAcquireSpinLockForDpc(&lock);
    KeReleaseSpinLockForDpc(&lock, before);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    AT_IRQL(DISPATCH_LEVEL, CHECK(KeTestSpinLock(&lock)));
}
