// SPDX-License-Identifier: GPL-2.0-only
// SYNCH_LEVEL and these prototypes stand in public headers: wdm.h, and older ntifs.h. The level is
// 12 on x64.
#include "threads.h"

IMPORTED(KIRQL, KeRaiseIrqlToSynchLevel, VOID);
IMPORTED(KIRQL, KeAcquireSpinLockRaiseToSynch, PKSPIN_LOCK);
IMPORTED(VOID, KeAcquireInStackQueuedSpinLockRaiseToSynch, PKSPIN_LOCK, PKLOCK_QUEUE_HANDLE);

CONFORMANCE(KeRaiseIrqlToSynchLevel, RaisesToTwelve) {
    KIRQL before = ImportedKeRaiseIrqlToSynchLevel();
    CHECK_EQ(KeGetCurrentIrql(), 12);
    KeLowerIrql(before);
    CHECK_EQ(before, PASSIVE_LEVEL);
}

CONFORMANCE(KeAcquireSpinLockRaiseToSynch, HoldsTheLockAtSynchLevel) {
    KSPIN_LOCK lock;
    KIRQL before;
    KeInitializeSpinLock(&lock);
    before = ImportedKeAcquireSpinLockRaiseToSynch(&lock);
    CHECK_EQ(KeGetCurrentIrql(), 12);
    CHECK(!KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLock(&lock, before);
    CHECK_EQ(before, PASSIVE_LEVEL);
}

CONFORMANCE(KeAcquireInStackQueuedSpinLockRaiseToSynch, HoldsTheLockAtSynchLevel) {
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    KeInitializeSpinLock(&lock);
    ImportedKeAcquireInStackQueuedSpinLockRaiseToSynch(&lock, &handle);
    CHECK_EQ(KeGetCurrentIrql(), 12);
    CHECK(lock != 0);
    KeReleaseInStackQueuedSpinLock(&handle);
    CHECK_EQ(lock, 0);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
