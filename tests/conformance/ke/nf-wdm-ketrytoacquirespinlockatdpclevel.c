// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeTryToAcquireSpinLockAtDpcLevel, TakesAFreeLockOnly) {
    KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK(KeTryToAcquireSpinLockAtDpcLevel(&lock));
        CHECK(!KeTryToAcquireSpinLockAtDpcLevel(&lock));
        KeReleaseSpinLockFromDpcLevel(&lock);
        CHECK(KeTestSpinLock(&lock));
    });
}
