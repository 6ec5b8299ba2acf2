/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateGenericObject, HasTheCallersMemoryBehindIt) {
    PNDIS_GENERIC_OBJECT object = NULL;
    AT_IRQL(DISPATCH_LEVEL, object = NdisAllocateGenericObject(NULL, CONFORMANCE_TAG, 64));
    REQUIRE(object != NULL);
    RtlFillMemory(object + 1, 64, 0xAA);
    CHECK(object->DriverObject == NULL);
    NdisFreeGenericObject(object);
}
CONFORMANCE(NdisAllocateGenericObject, IsAHandleForPools) {
    NET_BUFFER_LIST_POOL_PARAMETERS parameters = {
        {NDIS_OBJECT_TYPE_DEFAULT, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
         NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    PNDIS_GENERIC_OBJECT object = NdisAllocateGenericObject(NULL, CONFORMANCE_TAG, 0);
    NDIS_HANDLE pool;
    REQUIRE(object != NULL);
    parameters.PoolTag = CONFORMANCE_TAG;
    pool = NdisAllocateNetBufferListPool(object, &parameters);
    CHECK(pool != NULL);
    NdisFreeNetBufferListPool(pool);
    NdisFreeGenericObject(object);
}
