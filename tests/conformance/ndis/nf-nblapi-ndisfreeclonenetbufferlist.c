/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeCloneNetBufferList, LeavesTheOriginalAlone) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 0, 10);
    REQUIRE(buffer != NULL);
    NDIS_HANDLE lists = ListPool(FALSE, 0, 0);
    PNET_BUFFER_LIST original = NdisAllocateNetBufferList(lists, 0, 0), clone = NULL;
    NET_BUFFER_LIST_FIRST_NB(original) = buffer;
    clone = NdisAllocateCloneNetBufferList(original, NULL, NULL, 0);
    REQUIRE(clone != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeCloneNetBufferList(clone, 0));
    CHECK(NET_BUFFER_FIRST_MDL(buffer) == chain.Mdls[0] && chain.Mdls[0]->Next == chain.Mdls[1]);
    NdisFreeNetBufferList(original);
    NdisFreeNetBufferListPool(lists);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}
