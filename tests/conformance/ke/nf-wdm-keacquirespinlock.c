// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeAcquireSpinLock, PKSPIN_LOCK, PKIRQL);

CONFORMANCE(KeAcquireSpinLock, RaisesToDispatchLevelAndStoresTheLevelBefore) {
    KSPIN_LOCK lock;
    KIRQL before = 77;
    KeInitializeSpinLock(&lock);
    ImportedKeAcquireSpinLock(&lock, &before);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK(!KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLock(&lock, before);
    CHECK_EQ(before, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

CONFORMANCE(KeAcquireSpinLock, RunsAtDispatchLevel) {
    KSPIN_LOCK lock;
    KIRQL before = 77;
    KeInitializeSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        ImportedKeAcquireSpinLock(&lock, &before);
        KeReleaseSpinLock(&lock, before);
    });
    CHECK_EQ(before, DISPATCH_LEVEL);
}
