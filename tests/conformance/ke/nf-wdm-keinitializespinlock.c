// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeInitializeSpinLock, PKSPIN_LOCK);

CONFORMANCE(KeInitializeSpinLock, MakesAFreeLock) {
    KSPIN_LOCK lock = 0x55;
    KIRQL before;
    ImportedKeInitializeSpinLock(&lock);
    before = KeAcquireSpinLockRaiseToDpc(&lock);
    KeReleaseSpinLock(&lock, before);
}

CONFORMANCE(KeInitializeSpinLock, RunsAtHighLevel) {
    KSPIN_LOCK lock = 0x55;
    AT_IRQL(HIGH_LEVEL, ImportedKeInitializeSpinLock(&lock));
    AT_IRQL(DISPATCH_LEVEL, CHECK(KeTestSpinLock(&lock)));
}
