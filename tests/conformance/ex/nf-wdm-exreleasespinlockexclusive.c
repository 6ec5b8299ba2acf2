// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

typedef LONG EX_LOCK;
NTKERNELAPI KIRQL NTAPI ExAcquireSpinLockExclusive(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockExclusive(EX_LOCK* Lock, KIRQL OldIrql);

CONFORMANCE(ExReleaseSpinLockExclusive, FreesTheLockAndGoesBack) {
    EX_LOCK lock = 0;
    KIRQL before = ExAcquireSpinLockExclusive(&lock);
    ExReleaseSpinLockExclusive(&lock, before);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_EQ(lock, 0);
}
