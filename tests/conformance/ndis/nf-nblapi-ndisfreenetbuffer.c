/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeNetBuffer, FreesABufferUpToDispatchLevel) {
    NDIS_HANDLE pool = BufferPool(32);
    PNET_BUFFER buffer = NdisAllocateNetBuffer(pool, NULL, 0, 0);
    REQUIRE(buffer != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeNetBuffer(buffer));
    NdisFreeNetBufferPool(pool);
}
