/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAdvanceNetBufferDataStart, LeavesDataOutAndTheMdlsThere) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 1, 9);
    REQUIRE(buffer != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisAdvanceNetBufferDataStart(buffer, 4, TRUE, NULL));
    CHECK_EQ(NET_BUFFER_DATA_OFFSET(buffer), 5);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(buffer), 5);
    CHECK(NET_BUFFER_FIRST_MDL(buffer) == chain.Mdls[0] &&
          NET_BUFFER_CURRENT_MDL(buffer) == chain.Mdls[1]);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}

CONFORMANCE(NdisAdvanceNetBufferDataStart, FreesWhatRetreatHasAdded) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 0, 10);
    REQUIRE(buffer != NULL);
    CHECK_STATUS(NdisRetreatNetBufferDataStart(buffer, 14, 0, NULL), NDIS_STATUS_SUCCESS);
    NdisAdvanceNetBufferDataStart(buffer, 14, TRUE, NULL);
    CHECK(NET_BUFFER_FIRST_MDL(buffer) == chain.Mdls[0]);
    CHECK_EQ(NET_BUFFER_DATA_OFFSET(buffer), 0);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(buffer), 10);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}
