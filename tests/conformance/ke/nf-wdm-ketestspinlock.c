// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeTestSpinLock, SaysWhetherTheLockIsFree) {
    KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK(KeTestSpinLock(&lock));
        KeAcquireSpinLockAtDpcLevel(&lock);
        CHECK(!KeTestSpinLock(&lock));
        KeReleaseSpinLockFromDpcLevel(&lock);
        CHECK(KeTestSpinLock(&lock));
    });
}
