/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAcquireRWLockRead, RaisesToDispatchLevelAndLetsOthersRead) {
    PNDIS_RW_LOCK_EX lock = NdisAllocateRWLock(NULL);
    LOCK_STATE_EX state;
    REQUIRE(lock != NULL);
    LOCK_STATE_EX second;
    NdisAcquireRWLockRead(lock, &state, 0);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    NdisAcquireRWLockRead(lock, &second, NDIS_RWL_AT_DISPATCH_LEVEL);
    NdisReleaseRWLock(lock, &second);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    NdisReleaseRWLock(lock, &state);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    NdisFreeRWLock(lock);
}
