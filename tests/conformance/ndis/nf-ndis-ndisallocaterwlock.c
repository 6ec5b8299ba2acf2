/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateRWLock, MakesALockThatIsFree) {
    PNDIS_RW_LOCK_EX lock = NdisAllocateRWLock(NULL);
    LOCK_STATE_EX state;
    REQUIRE(lock != NULL);
    NdisAcquireRWLockWrite(lock, &state, 0);
    NdisReleaseRWLock(lock, &state);
    NdisFreeRWLock(lock);
}
