/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateNetBufferMdlAndData, ComesWithTheDataSpaceOfThePool) {
    NDIS_HANDLE pool = BufferPool(200);
    PNET_BUFFER buffer = NULL;
    AT_IRQL(DISPATCH_LEVEL, buffer = NdisAllocateNetBufferMdlAndData(pool));
    REQUIRE(buffer != NULL);
    CHECK_EQ(MmGetMdlByteCount(NET_BUFFER_FIRST_MDL(buffer)), 200);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
}
CONFORMANCE(NdisAllocateNetBufferMdlAndData, IsNullOfAPoolWithoutDataSpace) {
    NDIS_HANDLE pool = BufferPool(0);
    CHECK(NdisAllocateNetBufferMdlAndData(pool) == NULL);
    NdisFreeNetBufferPool(pool);
}
