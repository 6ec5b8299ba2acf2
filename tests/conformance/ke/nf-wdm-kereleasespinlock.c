// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeReleaseSpinLock, PKSPIN_LOCK, KIRQL);

CONFORMANCE(KeReleaseSpinLock, FreesTheLockAndLowersTheLevel) {
    KSPIN_LOCK lock;
    KIRQL before;
    KeInitializeSpinLock(&lock);
    before = KeAcquireSpinLockRaiseToDpc(&lock);
    ImportedKeReleaseSpinLock(&lock, before);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    AT_IRQL(DISPATCH_LEVEL, CHECK(KeTestSpinLock(&lock)));
}
