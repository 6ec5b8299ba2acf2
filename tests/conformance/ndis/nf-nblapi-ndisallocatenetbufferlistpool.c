/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateNetBufferListPool, MakesAPoolUpToDispatchLevel) {
    NDIS_HANDLE pool = NULL;
    AT_IRQL(DISPATCH_LEVEL, pool = ListPool(TRUE, 0, 0));
    REQUIRE(pool != NULL);
    NdisFreeNetBufferListPool(pool);
}
CONFORMANCE(NdisAllocateNetBufferListPool, RefusesAHeaderOfAnotherTypeOrTooShort) {
    NET_BUFFER_LIST_POOL_PARAMETERS parameters = {
        {NDIS_OBJECT_TYPE_OID_REQUEST, 1, NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    CHECK(NdisAllocateNetBufferListPool(NULL, &parameters) == NULL);
    parameters.Header.Type = NDIS_OBJECT_TYPE_DEFAULT;
    parameters.Header.Size = 8;
    CHECK(NdisAllocateNetBufferListPool(NULL, &parameters) == NULL);
}
CONFORMANCE(NdisAllocateNetBufferListPool, ListsCarryTheProtocolAndTheDataSpaceOfThePool) {
    NDIS_HANDLE pool = ListPool(TRUE, 16, 100);
    PNET_BUFFER_LIST list = NdisAllocateNetBufferList(pool, 0, 0);
    REQUIRE(list != NULL);
    CHECK_EQ((ULONG_PTR)NET_BUFFER_LIST_INFO(list, NetBufferListProtocolId),
             NDIS_PROTOCOL_ID_TCP_IP);
    CHECK_EQ(MmGetMdlByteCount(NET_BUFFER_FIRST_MDL(NET_BUFFER_LIST_FIRST_NB(list))), 100);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(NET_BUFFER_LIST_FIRST_NB(list)), 0);
    CHECK_EQ(list->Context->Size, 16);
    NdisFreeNetBufferList(list);
    NdisFreeNetBufferListPool(pool);
}
