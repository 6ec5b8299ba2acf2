// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI VOID NTAPI ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK Lock, ULONG Flags);
NTKERNELAPI VOID NTAPI ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK Lock, ULONG Flags);

CONFORMANCE(ExInitializePushLock, MakesAFreeLock) {
    EX_PUSH_LOCK lock = (EX_PUSH_LOCK)0x55;
    ExInitializePushLock(&lock);
    KeEnterCriticalRegion();
    ExAcquirePushLockExclusiveEx(&lock, 0);
    ExReleasePushLockExclusiveEx(&lock, 0);
    KeLeaveCriticalRegion();
}
