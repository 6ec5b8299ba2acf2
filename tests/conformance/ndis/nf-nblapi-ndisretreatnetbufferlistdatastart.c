/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisRetreatNetBufferListDataStart, TakesBytesOfEveryBufferIn) {
    static CHAIN chain;
    NDIS_HANDLE lists = ListPool(FALSE, 0, 0), pool = BufferPool(0);
    PNET_BUFFER_LIST list = NdisAllocateNetBufferList(lists, 0, 0);
    PNET_BUFFER first, second;
    MakeChain(&chain);
    first = NdisAllocateNetBuffer(pool, chain.Mdls[0], 4, 2);
    second = NdisAllocateNetBuffer(pool, chain.Mdls[2], 0, 4);
    REQUIRE(list != NULL && first != NULL && second != NULL);
    list->FirstNetBuffer = first;
    first->Next = second;

    CHECK_STATUS(NdisRetreatNetBufferListDataStart(list, 4, 0, NULL, NULL), NDIS_STATUS_SUCCESS);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(first), 6);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(second), 8);
    CHECK(NET_BUFFER_FIRST_MDL(first) == chain.Mdls[0] &&
          NET_BUFFER_FIRST_MDL(second) != chain.Mdls[2]);
    NdisAdvanceNetBufferListDataStart(list, 4, TRUE, NULL);
    NdisFreeNetBuffer(first);
    NdisFreeNetBuffer(second);
    NdisFreeNetBufferList(list);
    NdisFreeNetBufferPool(pool);
    NdisFreeNetBufferListPool(lists);
    FreeChain(&chain);
}

static PMDL NTAPI NoMdl(PULONG BufferSize) {
    UNREFERENCED_PARAMETER(BufferSize);
    return NULL;
}

CONFORMANCE(NdisRetreatNetBufferListDataStart, ChangesNothingWhenItFails) {
    static CHAIN chain;
    NDIS_HANDLE lists = ListPool(FALSE, 0, 0), pool = BufferPool(0);
    PNET_BUFFER_LIST list = NdisAllocateNetBufferList(lists, 0, 0);
    PNET_BUFFER first, second;
    MakeChain(&chain);
    first = NdisAllocateNetBuffer(pool, chain.Mdls[0], 4, 2);
    second = NdisAllocateNetBuffer(pool, chain.Mdls[2], 0, 4);
    REQUIRE(list != NULL && first != NULL && second != NULL);
    list->FirstNetBuffer = first;
    first->Next = second;

    CHECK_STATUS(NdisRetreatNetBufferListDataStart(list, 4, 0, NoMdl, NULL), NDIS_STATUS_RESOURCES);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(first), 2);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(second), 4);
    NdisFreeNetBuffer(first);
    NdisFreeNetBuffer(second);
    NdisFreeNetBufferList(list);
    NdisFreeNetBufferPool(pool);
    NdisFreeNetBufferListPool(lists);
    FreeChain(&chain);
}
