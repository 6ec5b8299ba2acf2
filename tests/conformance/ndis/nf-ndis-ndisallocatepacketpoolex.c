/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisAllocatePacketPool, NdisFreePacketPool, NdisAllocatePacket, NdisFreePacket and
 * NdisPacketPoolUsage, whose pages this one describes too. */
#include "legacy.h"

#define RESERVED (4 * sizeof(PVOID))

static NDIS_HANDLE PoolOf(UINT count, UINT overflow) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    NDIS_HANDLE pool = NULL;
    NdisAllocatePacketPoolEx(&status, &pool, count, overflow, RESERVED);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    return pool;
}

/* Allocates until it is refused, at most eight; frees all. How many it were. */
static UINT CountOf(NDIS_HANDLE pool) {
    PNDIS_PACKET packets[8];
    NDIS_STATUS status = NDIS_STATUS_SUCCESS;
    UINT count = 0;
    while (count < 8) {
        NdisAllocatePacket(&status, &packets[count], pool);
        if (status != NDIS_STATUS_SUCCESS) break;
        ++count;
    }
    if (count < 8) CHECK_STATUS(status, NDIS_STATUS_RESOURCES);
    for (UINT i = 0; i < count; ++i) NdisFreePacket(packets[i]);
    return count;
}

CONFORMANCE(NdisAllocatePacketPoolEx, GivesDescriptorsAndOverflowAndNoMore) {
    NDIS_HANDLE pool = PoolOf(3, 2);
    REQUIRE(pool != NULL);
    CHECK_EQ(CountOf(pool), 5);
    CHECK_EQ(CountOf(pool), 5); /* what is freed can be allocated again */
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisAllocatePacketPoolEx, RefusesMoreThan65535Descriptors) {
    NDIS_STATUS status = NDIS_STATUS_SUCCESS;
    NDIS_HANDLE pool = NULL;
    NdisAllocatePacketPoolEx(&status, &pool, 0x10000, 0, RESERVED);
    CHECK_STATUS(status, NDIS_STATUS_RESOURCES);
}
CONFORMANCE(NdisAllocatePacketPoolEx, ReducesOverflowBeyond65535) {
    NDIS_HANDLE pool = PoolOf(1, 0xFFFFFFFF);
    REQUIRE(pool != NULL);
    CHECK_EQ(CountOf(pool), 8);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisAllocatePacketPoolEx, WorksUpToDispatchLevel) {
    NDIS_HANDLE pool = NULL;
    AT_IRQL(DISPATCH_LEVEL, {
        pool = PoolOf(1, 0);
        if (pool != NULL) NdisFreePacketPool(pool);
    });
    CHECK(pool != NULL);
}
CONFORMANCE(NdisAllocatePacketPool, GivesAsManyAsItWasAskedFor) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    NDIS_HANDLE pool = NULL;
    NdisAllocatePacketPool(&status, &pool, 2, RESERVED);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    REQUIRE(pool != NULL);
    CHECK_EQ(CountOf(pool), 2);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisAllocatePacketPool, RefusesMoreThan65535Descriptors) {
    NDIS_STATUS status = NDIS_STATUS_SUCCESS;
    NDIS_HANDLE pool = NULL;
    NdisAllocatePacketPool(&status, &pool, 0x10000, RESERVED);
    CHECK_STATUS(status, NDIS_STATUS_RESOURCES);
}
CONFORMANCE(NdisFreePacketPool, FreesAPoolWhosePacketsWereFreed) {
    for (int turn = 0; turn < 100; ++turn) {
        NDIS_HANDLE pool = PoolOf(200, 8);
        REQUIRE(pool != NULL);
        CHECK_EQ(CountOf(pool), 8);
        AT_IRQL(DISPATCH_LEVEL, NdisFreePacketPool(pool));
    }
}

CONFORMANCE(NdisAllocatePacket, IsEmptyAndHasRoomForWhatMacrosUse) {
    NDIS_HANDLE pool = PoolOf(1, 1);
    PNDIS_PACKET packets[2];
    REQUIRE(pool != NULL);
    for (int i = 0; i < 2; ++i) { /* of the pool, and an overflow one */
        NDIS_STATUS status = NDIS_STATUS_FAILURE;
        PNDIS_BUFFER buffer = (PNDIS_BUFFER)1;
        UINT length = 1, count = 1;
        NdisAllocatePacket(&status, &packets[i], pool);
        CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
        REQUIRE(status == NDIS_STATUS_SUCCESS);
        NdisQueryPacket(packets[i], NULL, &count, &buffer, &length);
        CHECK(buffer == NULL);
        CHECK_EQ(length, 0);
        CHECK_EQ(count, 0);
        CHECK(packets[i]->Private.NdisPacketFlags & fPACKET_ALLOCATED_BY_NDIS);
        CHECK_STATUS(NDIS_GET_PACKET_STATUS(packets[i]), 0);
        CHECK_EQ(NDIS_GET_PACKET_HEADER_SIZE(packets[i]), 0);
        /* Everything that belongs to the packet, and to its owner. */
        RtlFillMemory(packets[i]->ProtocolReserved, RESERVED, 0xAA);
        RtlFillMemory(packets[i]->MiniportReservedEx, 3 * sizeof(PVOID), 0xBB);
        NDIS_SET_PACKET_HEADER_SIZE(packets[i], 14);
        NDIS_SET_PACKET_STATUS(packets[i], NDIS_STATUS_RESOURCES);
        NDIS_SET_PACKET_TIME_RECEIVED(packets[i], ~0ULL);
        NDIS_PER_PACKET_INFO_FROM_PACKET(packets[i], TcpIpChecksumPacketInfo) = &pool;
        NDIS_PER_PACKET_INFO_FROM_PACKET(packets[i], ShortPacketPaddingInfo) = &status;
        CHECK_EQ(NDIS_GET_PACKET_HEADER_SIZE(packets[i]), 14);
        CHECK_STATUS(NDIS_GET_PACKET_STATUS(packets[i]), NDIS_STATUS_RESOURCES);
        CHECK_EQ(packets[i]->ProtocolReserved[RESERVED - 1], 0xAA);
        CHECK_EQ(packets[i]->MiniportReservedEx[0], 0xBB);
        CHECK(NDIS_PER_PACKET_INFO_FROM_PACKET(packets[i], TcpIpChecksumPacketInfo) == &pool);
    }
    NdisFreePacket(packets[0]);
    NdisFreePacket(packets[1]);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisAllocatePacket, RefusesMoreThanThePoolHas) {
    NDIS_HANDLE pool = PoolOf(1, 0);
    PNDIS_PACKET first, second;
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    REQUIRE(pool != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisAllocatePacket(&status, &first, pool));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    NdisAllocatePacket(&status, &second, pool);
    CHECK_STATUS(status, NDIS_STATUS_RESOURCES);
    NdisFreePacket(first);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisFreePacket, TheNextOneIsEmptyAgain) {
    NDIS_HANDLE pool = PoolOf(1, 0);
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    PNDIS_PACKET packet;
    REQUIRE(pool != NULL);
    NdisAllocatePacket(&status, &packet, pool);
    REQUIRE(status == NDIS_STATUS_SUCCESS);
    NDIS_SET_PACKET_STATUS(packet, NDIS_STATUS_RESOURCES);
    packet->Private.Head = packet->Private.Tail = (PNDIS_BUFFER)1;
    AT_IRQL(DISPATCH_LEVEL, NdisFreePacket(packet));
    NdisAllocatePacket(&status, &packet, pool);
    REQUIRE(status == NDIS_STATUS_SUCCESS);
    CHECK_STATUS(NDIS_GET_PACKET_STATUS(packet), 0);
    CHECK(NDIS_PACKET_FIRST_NDIS_BUFFER(packet) == NULL);
    NdisFreePacket(packet);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisPacketPoolUsage, CountsWhatIsOut) {
    NDIS_HANDLE pool = PoolOf(2, 0);
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    PNDIS_PACKET packet;
    UINT used = 7;
    REQUIRE(pool != NULL);
    CHECK_EQ(NdisPacketPoolUsage(pool), 0);
    NdisAllocatePacket(&status, &packet, pool);
    REQUIRE(status == NDIS_STATUS_SUCCESS);
    AT_IRQL(DISPATCH_LEVEL, used = NdisPacketPoolUsage(pool));
    CHECK_EQ(used, 1);
    NdisFreePacket(packet);
    CHECK_EQ(NdisPacketPoolUsage(pool), 0);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisDprAllocatePacket, RefusesMoreThanThePoolHas) {
    NDIS_HANDLE pool = PoolOf(1, 0);
    PNDIS_PACKET first = NULL, second;
    NDIS_STATUS status = NDIS_STATUS_FAILURE, refused = NDIS_STATUS_SUCCESS;
    REQUIRE(pool != NULL);
    AT_IRQL(DISPATCH_LEVEL, {
        NdisDprAllocatePacket(&status, &first, pool);
        NdisDprAllocatePacket(&refused, &second, pool);
    });
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK_STATUS(refused, NDIS_STATUS_RESOURCES);
    NdisFreePacket(first);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisDprFreePacket, GivesThePacketBack) {
    NDIS_HANDLE pool = PoolOf(1, 0);
    PNDIS_PACKET packet = NULL;
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    REQUIRE(pool != NULL);
    NdisAllocatePacket(&status, &packet, pool);
    REQUIRE(packet != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisDprFreePacket(packet));
    CHECK_EQ(CountOf(pool), 1);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisDprAllocatePacketNonInterlocked, RefusesMoreThanThePoolHas) {
    NDIS_HANDLE pool = PoolOf(1, 0);
    PNDIS_PACKET first = NULL, second;
    NDIS_STATUS status = NDIS_STATUS_FAILURE, refused = NDIS_STATUS_SUCCESS;
    REQUIRE(pool != NULL);
    AT_IRQL(DISPATCH_LEVEL, {
        NdisDprAllocatePacketNonInterlocked(&status, &first, pool);
        NdisDprAllocatePacketNonInterlocked(&refused, &second, pool);
    });
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK_STATUS(refused, NDIS_STATUS_RESOURCES);
    NdisFreePacket(first);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisDprFreePacketNonInterlocked, GivesThePacketBack) {
    NDIS_HANDLE pool = PoolOf(1, 0);
    PNDIS_PACKET packet = NULL;
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    REQUIRE(pool != NULL);
    NdisAllocatePacket(&status, &packet, pool);
    REQUIRE(packet != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisDprFreePacketNonInterlocked(packet));
    CHECK_EQ(CountOf(pool), 1);
    NdisFreePacketPool(pool);
}
CONFORMANCE(NdisGetPoolFromPacket, IsThePoolThatItWasAllocatedFrom) {
    NDIS_HANDLE pools[2] = {PoolOf(1, 0), PoolOf(0, 1)}, found = NULL;
    REQUIRE(pools[0] != NULL && pools[1] != NULL);
    for (int i = 0; i < 2; ++i) {
        NDIS_STATUS status = NDIS_STATUS_FAILURE;
        PNDIS_PACKET packet = NULL;
        NdisAllocatePacket(&status, &packet, pools[i]);
        REQUIRE(packet != NULL);
        AT_IRQL(DISPATCH_LEVEL, found = NdisGetPoolFromPacket(packet));
        CHECK(found == pools[i]);
        NdisFreePacket(packet);
        NdisFreePacketPool(pools[i]);
    }
}
CONFORMANCE(NdisPacketSize, CountsAllThatBelongsToAPacket) {
    UINT least = FIELD_OFFSET(NDIS_PACKET, ProtocolReserved) + sizeof(NDIS_PACKET_OOB_DATA) +
                 sizeof(NDIS_PACKET_EXTENSION);
    UINT none = 0;
    AT_IRQL(DISPATCH_LEVEL, none = NdisPacketSize(0));
    CHECK(none >= least);
    CHECK_EQ(NdisPacketSize(64), none + 64);
    CHECK(NdisPacketSize(1) > none);
}
