/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateNetBufferList, GivesContextSpaceWithBackFillInFront) {
    NDIS_HANDLE pool = ListPool(FALSE, 0, 0);
    PNET_BUFFER_LIST list = NULL;
    AT_IRQL(DISPATCH_LEVEL, list = NdisAllocateNetBufferList(pool, 32, 16));
    REQUIRE(list != NULL);
    CHECK(NET_BUFFER_LIST_NEXT_NBL(list) == NULL && NET_BUFFER_LIST_FIRST_NB(list) == NULL);
    CHECK(list->NdisPoolHandle == pool);
    CHECK_EQ(NET_BUFFER_LIST_CONTEXT_DATA_SIZE(list), 32);
    RtlFillMemory(NET_BUFFER_LIST_CONTEXT_DATA_START(list), 32, 0xAA);
    NdisFreeNetBufferList(list);
    NdisFreeNetBufferListPool(pool);
}
CONFORMANCE(NdisAllocateNetBufferList, WithoutContextThereIsNone) {
    NDIS_HANDLE pool = ListPool(FALSE, 0, 0);
    PNET_BUFFER_LIST list = NdisAllocateNetBufferList(pool, 0, 0);
    REQUIRE(list != NULL);
    CHECK(list->Context == NULL);
    NdisFreeNetBufferList(list);
    NdisFreeNetBufferListPool(pool);
}
