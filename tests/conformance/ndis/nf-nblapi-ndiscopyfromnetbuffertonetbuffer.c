/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisCopyFromNetBufferToNetBuffer, CopiesBetweenOffsets) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 0, 10);
    REQUIRE(buffer != NULL);
    CHAR target[8] = "........";
    PMDL mdl = NdisAllocateMdl(NULL, target, 8);
    PNET_BUFFER to = NdisAllocateNetBuffer(pool, mdl, 0, 8);
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    ULONG copied = 0;
    AT_IRQL(DISPATCH_LEVEL,
            status = NdisCopyFromNetBufferToNetBuffer(to, 1, 6, buffer, 2, &copied));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK_EQ(copied, 6);
    CHECK_BYTES(target, ".234567.", 8);
    NdisFreeNetBuffer(to);
    NdisFreeMdl(mdl);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}

CONFORMANCE(NdisCopyFromNetBufferToNetBuffer, TellsHowMuchItWas) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 0, 10);
    REQUIRE(buffer != NULL);
    ULONG copied = 0;
    PNET_BUFFER to = NdisAllocateNetBuffer(pool, chain.Mdls[0], 0, 10);
    CHECK(NdisCopyFromNetBufferToNetBuffer(to, 8, 6, buffer, 0, &copied) != NDIS_STATUS_SUCCESS);
    CHECK_EQ(copied, 2);
    NdisFreeNetBuffer(to);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}
