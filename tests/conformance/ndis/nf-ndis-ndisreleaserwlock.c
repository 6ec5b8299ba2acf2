/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisReleaseRWLock, GoesBackToTheLevelBefore) {
    PNDIS_RW_LOCK_EX lock = NdisAllocateRWLock(NULL);
    LOCK_STATE_EX state;
    REQUIRE(lock != NULL);
    AT_IRQL(APC_LEVEL, {
        NdisAcquireRWLockRead(lock, &state, 0);
        NdisReleaseRWLock(lock, &state);
        CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
        NdisAcquireRWLockWrite(lock, &state, 0);
        NdisReleaseRWLock(lock, &state);
        CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    });
    NdisFreeRWLock(lock);
}
