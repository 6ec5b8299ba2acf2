// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

typedef LONG EX_LOCK;
NTKERNELAPI BOOLEAN NTAPI ExTryAcquireSpinLockSharedAtDpcLevel(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExAcquireSpinLockExclusiveAtDpcLevel(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(EX_LOCK* Lock);

CONFORMANCE(ExAcquireSpinLockExclusiveAtDpcLevel, KeepsTheLevel) {
    EX_LOCK lock = 0;
    AT_IRQL(DISPATCH_LEVEL, {
        ExAcquireSpinLockExclusiveAtDpcLevel(&lock);
        CHECK(!ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
        ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
        CHECK_EQ(lock, 0);
    });
}
