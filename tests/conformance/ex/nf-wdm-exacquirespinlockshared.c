// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

typedef LONG EX_LOCK;
NTKERNELAPI KIRQL NTAPI ExAcquireSpinLockShared(EX_LOCK* Lock);
NTKERNELAPI BOOLEAN NTAPI ExTryAcquireSpinLockSharedAtDpcLevel(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockShared(EX_LOCK* Lock, KIRQL OldIrql);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockSharedFromDpcLevel(EX_LOCK* Lock);
NTKERNELAPI BOOLEAN NTAPI ExTryAcquireSpinLockExclusiveAtDpcLevel(EX_LOCK* Lock);

CONFORMANCE(ExAcquireSpinLockShared, RaisesToDispatchLevelAndLetsOthersShare) {
    EX_LOCK lock = 0;
    KIRQL before = ExAcquireSpinLockShared(&lock);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(before, PASSIVE_LEVEL);
    CHECK(ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
    ExReleaseSpinLockSharedFromDpcLevel(&lock);
    CHECK(!ExTryAcquireSpinLockExclusiveAtDpcLevel(&lock));
    ExReleaseSpinLockShared(&lock, before);
}
