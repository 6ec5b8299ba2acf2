// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeReleaseSpinLockFromDpcLevel, PKSPIN_LOCK);

CONFORMANCE(KeReleaseSpinLockFromDpcLevel, FreesTheLockAndKeepsTheLevel) {
    KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        KeAcquireSpinLockAtDpcLevel(&lock);
        ImportedKeReleaseSpinLockFromDpcLevel(&lock);
        CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        CHECK(KeTestSpinLock(&lock));
    });
}
