// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

typedef LONG EX_LOCK;
NTKERNELAPI BOOLEAN NTAPI ExTryAcquireSpinLockSharedAtDpcLevel(EX_LOCK* Lock);
NTKERNELAPI KIRQL NTAPI ExAcquireSpinLockExclusive(EX_LOCK* Lock);
NTKERNELAPI BOOLEAN NTAPI ExTryAcquireSpinLockExclusiveAtDpcLevel(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockExclusive(EX_LOCK* Lock, KIRQL OldIrql);

CONFORMANCE(ExAcquireSpinLockExclusive, RaisesToDispatchLevelAndKeepsOthersOut) {
    EX_LOCK lock = 0;
    KIRQL before = ExAcquireSpinLockExclusive(&lock);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(before, PASSIVE_LEVEL);
    CHECK(!ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
    CHECK(!ExTryAcquireSpinLockExclusiveAtDpcLevel(&lock));
    ExReleaseSpinLockExclusive(&lock, before);
}

static EX_LOCK Shared;
static ULONG Sum;

static VOID NTAPI CountUp(PVOID Context) {
    ULONG i;
    for (i = 0; i < 20000; i++) {
        KIRQL before = ExAcquireSpinLockExclusive(&Shared);
        Sum++;
        ExReleaseSpinLockExclusive(&Shared, before);
    }
}

CONFORMANCE(ExAcquireSpinLockExclusive, LetsOneOwnerInAtATime) {
    PETHREAD other;
    Shared = 0;
    Sum = 0;
    other = StartHelper(CountUp, NULL);
    CountUp(NULL);
    CHECK(EndHelper(other));
    CHECK_EQ(Sum, 40000);
}
