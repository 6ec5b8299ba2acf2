/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateNetBufferAndNetBufferList, InitializesTheBufferByTheChain) {
    static CHAIN chain;
    NDIS_HANDLE pool = ListPool(TRUE, 0, 0);
    PNET_BUFFER_LIST list = NULL;
    PNET_BUFFER buffer;
    MakeChain(&chain);
    AT_IRQL(DISPATCH_LEVEL,
            list = NdisAllocateNetBufferAndNetBufferList(pool, 0, 0, chain.Mdls[0], 5, 3));
    REQUIRE(list != NULL);
    buffer = NET_BUFFER_LIST_FIRST_NB(list);
    CHECK(NET_BUFFER_FIRST_MDL(buffer) == chain.Mdls[0] &&
          NET_BUFFER_CURRENT_MDL(buffer) == chain.Mdls[1]);
    CHECK_EQ(NET_BUFFER_CURRENT_MDL_OFFSET(buffer), 1);
    CHECK_EQ(NET_BUFFER_DATA_OFFSET(buffer), 5);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(buffer), 3);
    CHECK(NET_BUFFER_NEXT_NB(buffer) == NULL);
    NdisFreeNetBufferList(list);
    NdisFreeNetBufferListPool(pool);
    FreeChain(&chain);
}
CONFORMANCE(NdisAllocateNetBufferAndNetBufferList, RefusesAPoolWithoutBuffers) {
    NDIS_HANDLE pool = ListPool(FALSE, 0, 0);
    CHECK(NdisAllocateNetBufferAndNetBufferList(pool, 0, 0, NULL, 0, 0) == NULL);
    NdisFreeNetBufferListPool(pool);
}
