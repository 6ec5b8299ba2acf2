/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeNetBufferList, FreesListBufferAndContextAndNotTheMdls) {
    static CHAIN chain;
    NDIS_HANDLE pool = ListPool(TRUE, 0, 0);
    PNET_BUFFER_LIST list;
    MakeChain(&chain);
    list = NdisAllocateNetBufferAndNetBufferList(pool, 16, 0, chain.Mdls[0], 0, 10);
    REQUIRE(list != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeNetBufferList(list));
    CHECK_EQ(MmGetMdlByteCount(chain.Mdls[2]), 4);
    NdisFreeNetBufferListPool(pool);
    FreeChain(&chain);
}
