/* SPDX-License-Identifier: GPL-2.0-only */
/* What an NDIS 5 driver indicates, by the header's macros: these tests are NdisMRegisterMiniport's,
 * as the macros go through the block that it has NDIS make. */
#include "binding.h"
#include "legacy_adapter.h"

static const CHAR kFrame[] =
    "destin"
    "source"
    "\x88\xb5"
    "what the frame is about";
static CHAR Bytes[sizeof(kFrame)];

static struct {
    NDIS_HANDLE Pool;
    PNDIS_PACKET Packet;
    PNDIS_BUFFER Buffers[2];
} received;

/* A packet of two buffers. */
static BOOLEAN PacketUp(NDIS_STATUS status) {
    NDIS_STATUS made;
    RtlCopyMemory(Bytes, kFrame, sizeof(kFrame));
    NdisAllocatePacketPool(&made, &received.Pool, 1, 4 * sizeof(PVOID));
    if (made != NDIS_STATUS_SUCCESS) return FALSE;
    NdisAllocatePacket(&made, &received.Packet, received.Pool);
    if (made != NDIS_STATUS_SUCCESS) return FALSE;
    NdisAllocateBuffer(&made, &received.Buffers[0], NULL, Bytes, 14);
    NdisAllocateBuffer(&made, &received.Buffers[1], NULL, Bytes + 14, sizeof(kFrame) - 14);
    NdisChainBufferAtBack(received.Packet, received.Buffers[0]);
    NdisChainBufferAtBack(received.Packet, received.Buffers[1]);
    NDIS_SET_PACKET_HEADER_SIZE(received.Packet, 14);
    NDIS_SET_PACKET_STATUS(received.Packet, status);
    return TRUE;
}
static VOID PacketDown(VOID) {
    NdisFreeBuffer(received.Buffers[0]);
    NdisFreeBuffer(received.Buffers[1]);
    NdisFreePacket(received.Packet);
    NdisFreePacketPool(received.Pool);
}
static VOID CheckFrame(LONG count) {
    CHECK_EQ(Seen.Received, count);
    CHECK_EQ(Seen.ReceivedBytes, sizeof(kFrame));
    CHECK_BYTES(Seen.Data, kFrame, sizeof(kFrame));
}

CONFORMANCE(NdisMRegisterMiniport, IndicatedPacketsComeUpAndGoBack) {
    for (ULONG attributes = 0; attributes <= NDIS_ATTRIBUTE_DESERIALIZE;
         attributes += NDIS_ATTRIBUTE_DESERIALIZE) {
        Legacy.Attributes = attributes;
        REQUIRE(LegacyUp() && BindingUp() && PacketUp(NDIS_STATUS_SUCCESS));
        AT_IRQL(DISPATCH_LEVEL, NdisMIndicateReceivePacket(Legacy.Adapter, &received.Packet, 1));
        CheckFrame(1);
        CHECK(!Seen.Resources);
        CHECK_EQ(Legacy.Returns, 1);
        PacketDown();
        BindingDown();
        LegacyDown();
    }
}
CONFORMANCE(NdisMRegisterMiniport, APacketThatIsKeptIsPendingForASerializedDriver) {
    REQUIRE(LegacyUp() && BindingUp() && PacketUp(NDIS_STATUS_SUCCESS));
    Seen.Keeps = TRUE;
    AT_IRQL(DISPATCH_LEVEL, NdisMIndicateReceivePacket(Legacy.Adapter, &received.Packet, 1));
    CheckFrame(1);
    CHECK_STATUS(NDIS_GET_PACKET_STATUS(received.Packet), NDIS_STATUS_PENDING);
    CHECK_EQ(Legacy.Returns, 0);
    BindingReturn();
    CHECK_EQ(Legacy.Returns, 1);
    PacketDown();
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMRegisterMiniport, AScarcePacketIsTheDriversAgainAtOnce) {
    REQUIRE(LegacyUp() && BindingUp() && PacketUp(NDIS_STATUS_RESOURCES));
    AT_IRQL(DISPATCH_LEVEL, NdisMIndicateReceivePacket(Legacy.Adapter, &received.Packet, 1));
    CheckFrame(1);
    CHECK(Seen.Resources);
    CHECK_STATUS(NDIS_GET_PACKET_STATUS(received.Packet), NDIS_STATUS_RESOURCES);
    CHECK_EQ(Legacy.Returns, 0);
    PacketDown();
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMRegisterMiniport, PacketsThatNobodyTakesGoBack) {
    REQUIRE(LegacyUp() && PacketUp(NDIS_STATUS_SUCCESS));
    AT_IRQL(DISPATCH_LEVEL, NdisMIndicateReceivePacket(Legacy.Adapter, &received.Packet, 1));
    CHECK_EQ(Legacy.Returns, 1);
    PacketDown();
    LegacyDown();
}

/* ---- By header and lookahead */

static LONG Transfers;
static PNDIS_PACKET Pending;
static UINT PendingBytes;
static NDIS_STATUS TransferStatus;

static NDIS_STATUS NTAPI Transfer(PNDIS_PACKET packet, PUINT transferred, NDIS_HANDLE context,
                                  NDIS_HANDLE receive_context, UINT offset, UINT bytes) {
    PNDIS_BUFFER buffer;
    UINT length, done = 0;
    PVOID memory;
    CHECK(context == &Legacy);
    CHECK(receive_context == &Transfers);
    CHECK_EQ(offset + bytes, sizeof(kFrame) - 14);
    ++Transfers;
    NdisQueryPacket(packet, NULL, NULL, &buffer, &length);
    CHECK_EQ(length, bytes);
    for (; buffer != NULL; buffer = NDIS_BUFFER_LINKAGE(buffer)) {
        NdisQueryBufferSafe(buffer, &memory, &length, NormalPagePriority);
        RtlCopyMemory(memory, kFrame + 14 + offset + done, length);
        done += length;
    }
    *transferred = done;
    Pending = packet;
    PendingBytes = done;
    return TransferStatus;
}
static VOID Indicate(UINT lookahead) {
    KIRQL irql;
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    NdisMEthIndicateReceive(Legacy.Adapter, &Transfers, (PVOID)kFrame, 14, (PVOID)(kFrame + 14),
                            lookahead, sizeof(kFrame) - 14);
    NdisMEthIndicateReceiveComplete(Legacy.Adapter);
    KeLowerIrql(irql);
}
static BOOLEAN TransferUp(NDIS_STATUS status) {
    Legacy.TransferData = Transfer;
    TransferStatus = status;
    Transfers = 0;
    return LegacyUp() && BindingUp();
}

CONFORMANCE(NdisMRegisterMiniport, AFrameThatIsAllShownIsNotTransferred) {
    REQUIRE(TransferUp(NDIS_STATUS_SUCCESS));
    Indicate(sizeof(kFrame) - 14);
    CheckFrame(1);
    CHECK_EQ(Transfers, 0);
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMRegisterMiniport, TheRestOfAFrameIsTransferred) {
    REQUIRE(TransferUp(NDIS_STATUS_SUCCESS));
    for (UINT shown = 0; shown < 3; ++shown) {
        Indicate(shown);
        CheckFrame((LONG)shown + 1);
        CHECK_EQ(Transfers, (LONG)shown + 1);
    }
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMRegisterMiniport, ATransferMayEndLater) {
    REQUIRE(TransferUp(NDIS_STATUS_PENDING));
    Indicate(5);
    CHECK_EQ(Seen.Received, 0);
    REQUIRE(Pending != NULL);
    AT_IRQL(DISPATCH_LEVEL,
            ((PNDIS_MINIPORT_BLOCK)Legacy.Adapter)
                ->TDCompleteHandler(Legacy.Adapter, Pending, NDIS_STATUS_SUCCESS, PendingBytes));
    CheckFrame(1);
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMRegisterMiniport, AFrameWhoseTransferFailsIsNone) {
    REQUIRE(TransferUp(NDIS_STATUS_FAILURE));
    Indicate(5);
    CHECK_EQ(Transfers, 1);
    CHECK_EQ(Seen.Received, 0);
    BindingDown();
    LegacyDown();
}
