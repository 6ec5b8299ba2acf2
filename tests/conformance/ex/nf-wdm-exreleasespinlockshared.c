// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

typedef LONG EX_LOCK;
NTKERNELAPI KIRQL NTAPI ExAcquireSpinLockShared(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockShared(EX_LOCK* Lock, KIRQL OldIrql);

CONFORMANCE(ExReleaseSpinLockShared, FreesTheLockAndGoesBack) {
    EX_LOCK lock = 0;
    AT_IRQL(APC_LEVEL, {
        KIRQL before = ExAcquireSpinLockShared(&lock);
        ExReleaseSpinLockShared(&lock, before);
        CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    });
    CHECK_EQ(lock, 0);
}
