/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisGetDataBuffer, IsTheDataItselfWhenInOnePiece) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 1, 9);
    REQUIRE(buffer != NULL);
    PVOID data = NULL;
    AT_IRQL(DISPATCH_LEVEL, data = NdisGetDataBuffer(buffer, 3, NULL, 1, 0));
    CHECK(data == chain.Bytes + 1);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}

CONFORMANCE(NdisGetDataBuffer, IsACopyWhenInPieces) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 1, 9);
    REQUIRE(buffer != NULL);
    CHAR storage[16] = {0};
    CHECK(NdisGetDataBuffer(buffer, 9, storage, 1, 0) == storage);
    CHECK_BYTES(storage, "123456789", 9);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}

CONFORMANCE(NdisGetDataBuffer, IsNullForPiecesWithoutStorage) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 1, 9);
    REQUIRE(buffer != NULL);
    CHECK(NdisGetDataBuffer(buffer, 4, NULL, 1, 0) == NULL);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}

CONFORMANCE(NdisGetDataBuffer, IsNullWhenThereIsLessData) {
    static CHAIN chain;
    NDIS_HANDLE pool = BufferPool(0);
    PNET_BUFFER buffer;
    MakeChain(&chain);
    buffer = NdisAllocateNetBuffer(pool, chain.Mdls[0], 1, 9);
    REQUIRE(buffer != NULL);
    CHAR storage[16];
    CHECK(NdisGetDataBuffer(buffer, 10, storage, 1, 0) == NULL);
    NdisFreeNetBuffer(buffer);
    NdisFreeNetBufferPool(pool);
    FreeChain(&chain);
}
