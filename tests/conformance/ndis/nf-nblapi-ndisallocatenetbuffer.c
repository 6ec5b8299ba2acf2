/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateNetBuffer, InitializesTheBufferByTheChain) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer = NULL;
    MakeChain(&chain);
    AT_IRQL(DISPATCH_LEVEL, buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 6, 4));
    REQUIRE(buffer != NULL);
    CHECK(NET_BUFFER_CURRENT_MDL(buffer) == chain.Mdls[2] &&
          NET_BUFFER_CURRENT_MDL_OFFSET(buffer) == 0);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(buffer), 4);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}
CONFORMANCE(NdisAllocateNetBuffer, MayBeWithoutAChain) {
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer = NdisAllocateNetBuffer(pool, NULL, 0, 0);
    REQUIRE(buffer != NULL);
    CHECK(NET_BUFFER_FIRST_MDL(buffer) == NULL && NET_BUFFER_CURRENT_MDL(buffer) == NULL);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
}
