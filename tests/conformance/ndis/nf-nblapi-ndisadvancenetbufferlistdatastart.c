/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAdvanceNetBufferListDataStart, LeavesBytesOfEveryBufferOut) {
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

    AT_IRQL(DISPATCH_LEVEL, NdisAdvanceNetBufferListDataStart(list, 1, FALSE, NULL));
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(first), 1);
    CHECK_EQ(NET_BUFFER_DATA_OFFSET(second), 1);
    CHECK(NET_BUFFER_FIRST_MDL(second) == chain.Mdls[2]);
    NdisFreeNetBuffer(first);
    NdisFreeNetBuffer(second);
    NdisFreeNetBufferList(list);
    NdisFreeNetBufferPool(pool);
    NdisFreeNetBufferListPool(lists);
    FreeChain(&chain);
}
