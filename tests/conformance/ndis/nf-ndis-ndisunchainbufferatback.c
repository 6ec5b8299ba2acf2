/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisUnchainBufferAtFront, NdisGetFirstBufferFromPacket, NdisCopyFromPacketToPacket and
 * NdisCopyFromPacketToPacketSafe. */
#include "legacy.h"

/* A packet of "0123456789" in buffers of 4, 2 and 4 bytes. */
typedef struct {
    NDIS_HANDLE Pool;
    PNDIS_PACKET Packet;
    PNDIS_BUFFER Buffers[3];
    CHAR Bytes[16];
} TEN;

static BOOLEAN TenUp(TEN* ten) {
    static const UINT kLengths[3] = {4, 2, 4};
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    UINT place = 0;
    RtlZeroMemory(ten, sizeof(*ten));
    RtlCopyMemory(ten->Bytes, "0123456789", 10);
    NdisAllocatePacketPool(&status, &ten->Pool, 1, 4 * sizeof(PVOID));
    if (status != NDIS_STATUS_SUCCESS) return FALSE;
    NdisAllocatePacket(&status, &ten->Packet, ten->Pool);
    for (int i = 0; i < 3 && status == NDIS_STATUS_SUCCESS; ++i) {
        NdisAllocateBuffer(&status, &ten->Buffers[i], NULL, ten->Bytes + place, kLengths[i]);
        place += kLengths[i];
        if (status == NDIS_STATUS_SUCCESS) NdisChainBufferAtBack(ten->Packet, ten->Buffers[i]);
    }
    return status == NDIS_STATUS_SUCCESS;
}
static VOID TenDown(TEN* ten) {
    for (int i = 0; i < 3; ++i) NdisFreeBuffer(ten->Buffers[i]);
    NdisFreePacket(ten->Packet);
    NdisFreePacketPool(ten->Pool);
}
static UINT LengthOf(PNDIS_PACKET packet) {
    UINT length = 0xFFFF;
    NdisQueryPacket(packet, NULL, NULL, NULL, &length);
    return length;
}

CONFORMANCE(NdisUnchainBufferAtFront, TakesOneBufferAfterTheOther) {
    static const UINT kLeft[3] = {6, 4, 0};
    static TEN ten;
    REQUIRE(TenUp(&ten));
    CHECK_EQ(LengthOf(ten.Packet), 10);
    for (int i = 0; i < 3; ++i) {
        PNDIS_BUFFER buffer = NULL;
        AT_IRQL(DISPATCH_LEVEL, NdisUnchainBufferAtFront(ten.Packet, &buffer));
        CHECK(buffer == ten.Buffers[i]);
        CHECK(NDIS_BUFFER_LINKAGE(ten.Buffers[i]) == NULL);
        CHECK_EQ(LengthOf(ten.Packet), kLeft[i]); /* counts are made anew */
    }
    TenDown(&ten);
}
CONFORMANCE(NdisUnchainBufferAtFront, IsNullWhenThereIsNone) {
    static TEN ten;
    PNDIS_BUFFER buffer = (PNDIS_BUFFER)1;
    REQUIRE(TenUp(&ten));
    NdisReinitializePacket(ten.Packet);
    NdisUnchainBufferAtFront(ten.Packet, &buffer);
    CHECK(buffer == NULL);
    TenDown(&ten);
}
CONFORMANCE(NdisUnchainBufferAtBack, TakesOneBufferAfterTheOther) {
    static const UINT kLeft[3] = {0, 4, 6};
    static TEN ten;
    REQUIRE(TenUp(&ten));
    CHECK_EQ(LengthOf(ten.Packet), 10);
    for (int i = 2; i >= 0; --i) {
        PNDIS_BUFFER buffer = NULL;
        AT_IRQL(DISPATCH_LEVEL, NdisUnchainBufferAtBack(ten.Packet, &buffer));
        CHECK(buffer == ten.Buffers[i]);
        CHECK_EQ(LengthOf(ten.Packet), kLeft[i]);
    }
    NdisChainBufferAtBack(ten.Packet, ten.Buffers[1]); /* the chain is whole again */
    CHECK_EQ(LengthOf(ten.Packet), 2);
    TenDown(&ten);
}
CONFORMANCE(NdisUnchainBufferAtBack, IsNullWhenThereIsNone) {
    static TEN ten;
    PNDIS_BUFFER buffer = (PNDIS_BUFFER)1;
    REQUIRE(TenUp(&ten));
    NdisReinitializePacket(ten.Packet);
    NdisUnchainBufferAtBack(ten.Packet, &buffer);
    CHECK(buffer == NULL);
    TenDown(&ten);
}
CONFORMANCE(NdisGetFirstBufferFromPacket, TellsOfTheFirstAndOfAll) {
    static TEN ten;
    PNDIS_BUFFER buffer = NULL;
    PVOID memory = NULL;
    UINT first = 0, total = 0;
    REQUIRE(TenUp(&ten));
    AT_IRQL(DISPATCH_LEVEL,
            NdisGetFirstBufferFromPacket(ten.Packet, &buffer, &memory, &first, &total));
    CHECK(buffer == ten.Buffers[0]);
    CHECK(memory == ten.Bytes);
    CHECK_EQ(first, 4);
    CHECK_EQ(total, 10);
    TenDown(&ten);
}
CONFORMANCE(NdisGetFirstBufferFromPacket, IsNothingWhenThereIsNone) {
    static TEN ten;
    PNDIS_BUFFER buffer = (PNDIS_BUFFER)1;
    PVOID memory = &ten;
    UINT first = 1, total = 1;
    REQUIRE(TenUp(&ten));
    NdisReinitializePacket(ten.Packet);
    NdisGetFirstBufferFromPacket(ten.Packet, &buffer, &memory, &first, &total);
    CHECK(buffer == NULL);
    CHECK(memory == NULL);
    CHECK_EQ(first, 0);
    CHECK_EQ(total, 0);
    TenDown(&ten);
}
CONFORMANCE(NdisCopyFromPacketToPacket, CopiesAcrossBuffers) {
    static TEN from, to;
    UINT copied = 0;
    REQUIRE(TenUp(&from) && TenUp(&to));
    RtlFillMemory(to.Bytes, 10, '-');
    AT_IRQL(DISPATCH_LEVEL, NdisCopyFromPacketToPacket(to.Packet, 3, 6, from.Packet, 2, &copied));
    CHECK_EQ(copied, 6);
    CHECK_BYTES(to.Bytes, "---234567-", 10);
    TenDown(&from);
    TenDown(&to);
}
CONFORMANCE(NdisCopyFromPacketToPacket, CopiesLessWhenOneEnds) {
    static TEN from, to;
    UINT copied = 77;
    REQUIRE(TenUp(&from) && TenUp(&to));
    NdisCopyFromPacketToPacket(to.Packet, 0, 100, from.Packet, 7, &copied);
    CHECK_EQ(copied, 3);
    CHECK_BYTES(to.Bytes, "7893456789", 10);
    NdisCopyFromPacketToPacket(to.Packet, 10, 1, from.Packet, 0, &copied);
    CHECK_EQ(copied, 0);
    TenDown(&from);
    TenDown(&to);
}
CONFORMANCE(NdisCopyFromPacketToPacketSafe, CopiesAcrossBuffersAndNotBeyond) {
    static TEN from, to;
    UINT copied = 0;
    REQUIRE(TenUp(&from) && TenUp(&to));
    AT_IRQL(DISPATCH_LEVEL, NdisCopyFromPacketToPacketSafe(to.Packet, 5, 9, from.Packet, 0, &copied,
                                                           NormalPagePriority));
    CHECK_EQ(copied, 5);
    CHECK_BYTES(to.Bytes, "0123401234", 10);
    TenDown(&from);
    TenDown(&to);
}
