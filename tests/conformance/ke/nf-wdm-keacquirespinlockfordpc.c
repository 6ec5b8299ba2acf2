// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeAcquireSpinLockForDpc, RaisesWhenBelowDispatchLevel) {
    KSPIN_LOCK lock;
    KIRQL before;
    KeInitializeSpinLock(&lock);
    before = KeAcquireSpinLockForDpc(&lock);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK(!KeTestSpinLock(&lock));
    KeReleaseSpinLockForDpc(&lock, before);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

CONFORMANCE(KeAcquireSpinLockForDpc, KeepsDispatchLevel) {
    KSPIN_LOCK lock;
    KIRQL before = 77;
    KeInitializeSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        before = KeAcquireSpinLockForDpc(&lock);
        KeReleaseSpinLockForDpc(&lock, before);
    });
    CHECK_EQ(before, DISPATCH_LEVEL);
}
