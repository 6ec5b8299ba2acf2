/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateNetBufferPool, MakesAPoolWhoseBuffersHaveItsDataSpace) {
    NDIS_HANDLE pool = NULL;
    PNET_BUFFER buffer;
    AT_IRQL(DISPATCH_LEVEL, pool = BufferPool(64));
    REQUIRE(pool != NULL);
    buffer = NdisAllocateNetBuffer(pool, NULL, 0, 0);
    REQUIRE(buffer != NULL);
    CHECK(buffer->NdisPoolHandle == pool);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
}
CONFORMANCE(NdisAllocateNetBufferPool, RefusesAHeaderOfAnotherType) {
    NET_BUFFER_POOL_PARAMETERS parameters = {
        {NDIS_OBJECT_TYPE_OID_REQUEST, 1, NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1}};
    CHECK(NdisAllocateNetBufferPool(NULL, &parameters) == NULL);
}
