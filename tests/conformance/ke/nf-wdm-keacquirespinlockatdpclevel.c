// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeAcquireSpinLockAtDpcLevel, PKSPIN_LOCK);
IMPORTED(VOID, KeReleaseSpinLockFromDpcLevel, PKSPIN_LOCK);

CONFORMANCE(KeAcquireSpinLockAtDpcLevel, KeepsTheLevel) {
    KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        ImportedKeAcquireSpinLockAtDpcLevel(&lock);
        CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        CHECK(!KeTryToAcquireSpinLockAtDpcLevel(&lock));
        ImportedKeReleaseSpinLockFromDpcLevel(&lock);
    });
}
