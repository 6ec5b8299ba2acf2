/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAcquireRWLockWrite, RaisesToDispatchLevel) {
    PNDIS_RW_LOCK_EX lock = NdisAllocateRWLock(NULL);
    LOCK_STATE_EX state;
    REQUIRE(lock != NULL);
    NdisAcquireRWLockWrite(lock, &state, 0);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    NdisReleaseRWLock(lock, &state);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    NdisFreeRWLock(lock);
}

CONFORMANCE(NdisAcquireRWLockWrite, MayBeCalledAtDispatchLevel) {
    PNDIS_RW_LOCK_EX lock = NdisAllocateRWLock(NULL);
    LOCK_STATE_EX state;
    REQUIRE(lock != NULL);
    AT_IRQL(DISPATCH_LEVEL, {
        NdisAcquireRWLockWrite(lock, &state, NDIS_RWL_AT_DISPATCH_LEVEL);
        NdisReleaseRWLock(lock, &state);
        CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    });
    NdisFreeRWLock(lock);
}
