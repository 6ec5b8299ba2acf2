/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeRWLock, FreesALockUpToDispatchLevel) {
    PNDIS_RW_LOCK_EX lock = NdisAllocateRWLock(NULL);
    REQUIRE(lock != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeRWLock(lock));
}
