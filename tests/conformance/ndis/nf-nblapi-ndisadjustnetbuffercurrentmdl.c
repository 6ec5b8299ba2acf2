/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAdjustNetBufferCurrentMdl, FollowsTheDataOffset) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 0, 10);
    REQUIRE(buffer != NULL);
    NET_BUFFER_DATA_OFFSET(buffer) = 5;
    AT_IRQL(DISPATCH_LEVEL, NdisAdjustNetBufferCurrentMdl(buffer));
    CHECK(NET_BUFFER_CURRENT_MDL(buffer) == chain.Mdls[1]);
    CHECK_EQ(NET_BUFFER_CURRENT_MDL_OFFSET(buffer), 1);
    NET_BUFFER_DATA_OFFSET(buffer) = 3; /* and back */
    NdisAdjustNetBufferCurrentMdl(buffer);
    CHECK(NET_BUFFER_CURRENT_MDL(buffer) == chain.Mdls[0]);
    CHECK_EQ(NET_BUFFER_CURRENT_MDL_OFFSET(buffer), 3);
    NET_BUFFER_DATA_OFFSET(buffer) = 6; /* where one ends and the next begins */
    NdisAdjustNetBufferCurrentMdl(buffer);
    CHECK(NET_BUFFER_CURRENT_MDL(buffer) == chain.Mdls[2]);
    CHECK_EQ(NET_BUFFER_CURRENT_MDL_OFFSET(buffer), 0);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}
