// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

typedef LONG EX_LOCK;
NTKERNELAPI BOOLEAN NTAPI ExTryAcquireSpinLockExclusiveAtDpcLevel(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(EX_LOCK* Lock);

CONFORMANCE(ExTryAcquireSpinLockExclusiveAtDpcLevel, TakesAFreeLockOnly) {
    EX_LOCK lock = 0;
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK(ExTryAcquireSpinLockExclusiveAtDpcLevel(&lock));
        CHECK(!ExTryAcquireSpinLockExclusiveAtDpcLevel(&lock));
        ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
    });
}
