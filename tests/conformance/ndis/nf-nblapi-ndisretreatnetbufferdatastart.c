/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisRetreatNetBufferDataStart, UsesUnusedDataSpace) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 5, 3);
    REQUIRE(buffer != NULL);
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    AT_IRQL(DISPATCH_LEVEL, status = NdisRetreatNetBufferDataStart(buffer, 2, 0, NULL));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK_EQ(NET_BUFFER_DATA_OFFSET(buffer), 3);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(buffer), 5);
    CHECK(NET_BUFFER_CURRENT_MDL(buffer) == chain.Mdls[0] &&
          NET_BUFFER_CURRENT_MDL_OFFSET(buffer) == 3);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}

CONFORMANCE(NdisRetreatNetBufferDataStart, AddsAnMdlInFrontWhenThereIsTooLittle) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 1, 2);
    REQUIRE(buffer != NULL);
    CHECK_STATUS(NdisRetreatNetBufferDataStart(buffer, 14, 8, NULL), NDIS_STATUS_SUCCESS);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(buffer), 16);
    CHECK(NET_BUFFER_FIRST_MDL(buffer) != chain.Mdls[0] &&
          NET_BUFFER_FIRST_MDL(buffer)->Next == chain.Mdls[0]);
    NdisAdvanceNetBufferDataStart(buffer, 14, TRUE, NULL);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}

static PMDL NTAPI NoMdl(PULONG BufferSize) {
    UNREFERENCED_PARAMETER(BufferSize);
    return NULL;
}
CONFORMANCE(NdisRetreatNetBufferDataStart, FailsWhenTheCallersHandlerHasNothing) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 1, 2);
    REQUIRE(buffer != NULL);
    CHECK_STATUS(NdisRetreatNetBufferDataStart(buffer, 14, 0, NoMdl), NDIS_STATUS_RESOURCES);
    CHECK_EQ(NET_BUFFER_DATA_LENGTH(buffer), 2);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}
