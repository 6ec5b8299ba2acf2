// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

typedef LONG EX_LOCK;
NTKERNELAPI VOID NTAPI ExAcquireSpinLockSharedAtDpcLevel(EX_LOCK* Lock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockSharedFromDpcLevel(EX_LOCK* Lock);

CONFORMANCE(ExReleaseSpinLockSharedFromDpcLevel, FreesTheLockAndKeepsTheLevel) {
    EX_LOCK lock = 0;
    AT_IRQL(DISPATCH_LEVEL, {
        ExAcquireSpinLockSharedAtDpcLevel(&lock);
        ExReleaseSpinLockSharedFromDpcLevel(&lock);
        CHECK_EQ(lock, 0);
    });
}
