// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

typedef LONG EX_LOCK;
NTKERNELAPI VOID NTAPI ExAcquireSpinLockSharedAtDpcLevel(EX_LOCK* Lock);
NTKERNELAPI BOOLEAN NTAPI ExTryAcquireSpinLockSharedAtDpcLevel(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockSharedFromDpcLevel(EX_LOCK* Lock);
NTKERNELAPI LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(EX_LOCK* Lock);

CONFORMANCE(ExTryConvertSharedSpinLockExclusive, ConvertsTheOnlySharer) {
    EX_LOCK lock = 0;
    AT_IRQL(DISPATCH_LEVEL, {
        ExAcquireSpinLockSharedAtDpcLevel(&lock);
        CHECK(ExTryConvertSharedSpinLockExclusive(&lock));
        CHECK(!ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
        ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
    });
}

CONFORMANCE(ExTryConvertSharedSpinLockExclusive, IsRefusedAmongSeveralSharers) {
    EX_LOCK lock = 0;
    AT_IRQL(DISPATCH_LEVEL, {
        ExAcquireSpinLockSharedAtDpcLevel(&lock);
        ExAcquireSpinLockSharedAtDpcLevel(&lock);
        CHECK(!ExTryConvertSharedSpinLockExclusive(&lock));
        ExReleaseSpinLockSharedFromDpcLevel(&lock);
        ExReleaseSpinLockSharedFromDpcLevel(&lock);
        CHECK_EQ(lock, 0);
    });
}
