/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateCloneNetBufferList, DescribesTheSameDataByNewMdls) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 3, 5);
    REQUIRE(buffer != NULL);
    NDIS_HANDLE lists = ListPool(FALSE, 0, 0);
    PNET_BUFFER_LIST original = NdisAllocateNetBufferList(lists, 0, 0), clone = NULL;
    CHAR storage[8];
    NET_BUFFER_LIST_FIRST_NB(original) = buffer;
    AT_IRQL(DISPATCH_LEVEL, clone = NdisAllocateCloneNetBufferList(original, NULL, NULL, 0));
    REQUIRE(clone != NULL);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(NET_BUFFER_LIST_FIRST_NB(clone)), 5);
    CHECK(NET_BUFFER_CURRENT_MDL(NET_BUFFER_LIST_FIRST_NB(clone)) !=
          NET_BUFFER_CURRENT_MDL(buffer));
    chain.Bytes[4] = 'x';
    CHECK(NdisGetDataBuffer(NET_BUFFER_LIST_FIRST_NB(clone), 5, storage, 1, 0) == storage);
    CHECK_BYTES(storage, "3x567", 5);
    NdisFreeCloneNetBufferList(clone, 0);
    NdisFreeNetBufferList(original);
    NdisFreeNetBufferListPool(lists);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}

CONFORMANCE(NdisAllocateCloneNetBufferList, UsesTheOriginalMdlsIfTold) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 3, 5);
    REQUIRE(buffer != NULL);
    NDIS_HANDLE lists = ListPool(FALSE, 0, 0);
    PNET_BUFFER_LIST original = NdisAllocateNetBufferList(lists, 0, 0), clone = NULL;
    NET_BUFFER_LIST_FIRST_NB(original) = buffer;
    clone =
        NdisAllocateCloneNetBufferList(original, NULL, NULL, NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS);
    REQUIRE(clone != NULL);
    CHECK(NET_BUFFER_CURRENT_MDL(NET_BUFFER_LIST_FIRST_NB(clone)) ==
          NET_BUFFER_CURRENT_MDL(buffer));
    CHECK_EQ(NET_BUFFER_CURRENT_MDL_OFFSET(NET_BUFFER_LIST_FIRST_NB(clone)), 3);
    NdisFreeCloneNetBufferList(clone, NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS);
    NdisFreeNetBufferList(original);
    NdisFreeNetBufferListPool(lists);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}
