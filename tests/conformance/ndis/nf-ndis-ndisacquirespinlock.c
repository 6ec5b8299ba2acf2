/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateSpinLock, MakesALockThatIsFree) {
    NDIS_SPIN_LOCK lock;
    NdisAllocateSpinLock(&lock);
    NdisAcquireSpinLock(&lock);
    NdisReleaseSpinLock(&lock);
    NdisFreeSpinLock(&lock);
}
CONFORMANCE(NdisFreeSpinLock, MayBeCalledAtDispatchLevel) {
    NDIS_SPIN_LOCK lock;
    NdisAllocateSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeSpinLock(&lock));
}
CONFORMANCE(NdisAcquireSpinLock, RaisesToDispatchLevelAndKeepsTheLevelBefore) {
    NDIS_SPIN_LOCK lock;
    NdisAllocateSpinLock(&lock);
    AT_IRQL(APC_LEVEL, {
        NdisAcquireSpinLock(&lock);
        CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        CHECK_EQ(lock.OldIrql, APC_LEVEL);
        NdisReleaseSpinLock(&lock);
    });
}
CONFORMANCE(NdisReleaseSpinLock, GoesBackToTheLevelBefore) {
    NDIS_SPIN_LOCK lock;
    NdisAllocateSpinLock(&lock);
    NdisAcquireSpinLock(&lock);
    NdisReleaseSpinLock(&lock);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
CONFORMANCE(NdisDprAcquireSpinLock, StaysAtDispatchLevel) {
    NDIS_SPIN_LOCK lock;
    NdisAllocateSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        NdisDprAcquireSpinLock(&lock);
        CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        NdisDprReleaseSpinLock(&lock);
    });
}
CONFORMANCE(NdisDprReleaseSpinLock, FreesTheLockAndStaysAtDispatchLevel) {
    NDIS_SPIN_LOCK lock;
    NdisAllocateSpinLock(&lock);
    AT_IRQL(DISPATCH_LEVEL, {
        NdisDprAcquireSpinLock(&lock);
        NdisDprReleaseSpinLock(&lock);
        CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        NdisDprAcquireSpinLock(&lock);
        NdisDprReleaseSpinLock(&lock);
    });
}
