// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(KIRQL, KeAcquireQueuedSpinLock, ULONG64);
IMPORTED(VOID, KeReleaseQueuedSpinLock, ULONG64, KIRQL);
IMPORTED(LOGICAL, KeTryToAcquireQueuedSpinLock, ULONG64, PKIRQL);

#define MASTER_LOCK 5

CONFORMANCE(KeAcquireQueuedSpinLock, HoldsTheLockAtDispatchLevel) {
    KIRQL before = ImportedKeAcquireQueuedSpinLock(MASTER_LOCK), inner;
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK(!ImportedKeTryToAcquireQueuedSpinLock(MASTER_LOCK, &inner));
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    ImportedKeReleaseQueuedSpinLock(MASTER_LOCK, before);
    CHECK_EQ(before, PASSIVE_LEVEL);
}
CONFORMANCE(KeReleaseQueuedSpinLock, FreesTheLockAndGoesBack) {
    KIRQL before = ImportedKeAcquireQueuedSpinLock(MASTER_LOCK);
    ImportedKeReleaseQueuedSpinLock(MASTER_LOCK, before);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(ImportedKeTryToAcquireQueuedSpinLock(MASTER_LOCK, &before));
    ImportedKeReleaseQueuedSpinLock(MASTER_LOCK, before);
}
CONFORMANCE(KeTryToAcquireQueuedSpinLock, TakesAFreeLockAndStoresTheLevel) {
    KIRQL before = 77;
    CHECK(ImportedKeTryToAcquireQueuedSpinLock(MASTER_LOCK, &before));
    CHECK_EQ(before, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    ImportedKeReleaseQueuedSpinLock(MASTER_LOCK, before);
}
