/* SPDX-License-Identifier: GPL-2.0-only */
/* Which protocols get a frame: those whose packet filter and multicast list name it, as
 * OID_GEN_CURRENT_PACKET_FILTER and OID_802_3_MULTICAST_LIST say. The adapter's address is
 * 02-00-00-00-00-07. */
#include "test_protocol.h"

#define ETHERNET_BYTES 60

typedef struct ETHERNET {
    UCHAR Bytes[ETHERNET_BYTES];
    PMDL Mdl;
    NDIS_HANDLE Pool;
    PNET_BUFFER_LIST List;
} ETHERNET;
static ETHERNET ours, others, everybodys, group, ungroup;
static ETHERNET* const all[] = {&ours, &others, &everybodys, &group, &ungroup};

static VOID MakeEthernet(ETHERNET* frame, ULONGLONG address) {
    RtlZeroMemory(frame, sizeof(*frame));
    for (ULONG i = 0; i < 6; ++i) frame->Bytes[i] = (UCHAR)(address >> (40 - 8 * i));
    frame->Pool = ListPool(TRUE, 0, 0);
    frame->Mdl = NdisAllocateMdl(NULL, frame->Bytes, ETHERNET_BYTES);
    frame->List =
        NdisAllocateNetBufferAndNetBufferList(frame->Pool, 0, 0, frame->Mdl, 0, ETHERNET_BYTES);
}
static BOOLEAN Up(ULONG filter) {
    MiniportNew();
    ProtocolNew(&Protocol);
    Protocol.PacketFilter = filter;
    MakeEthernet(&ours, 0x020000000007);
    MakeEthernet(&others, 0x020000000008);
    MakeEthernet(&everybodys, 0xFFFFFFFFFFFF);
    MakeEthernet(&group, 0x01005E000001);
    MakeEthernet(&ungroup, 0x01005E000002);
    return MiniportUp() && ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS;
}
static VOID Down(VOID) {
    ProtocolDown(&Protocol);
    MiniportDown();
    for (ULONG i = 0; i < RTL_NUMBER_OF(all); ++i) {
        NdisFreeNetBufferList(all[i]->List);
        NdisFreeMdl(all[i]->Mdl);
        NdisFreeNetBufferListPool(all[i]->Pool);
    }
}
static BOOLEAN Arrives(ETHERNET* frame) {
    LONG before = Protocol.Receives, returned = Miniport.Returned;
    NdisMIndicateReceiveNetBufferLists(Miniport.Adapter, frame->List, NDIS_DEFAULT_PORT_NUMBER, 1,
                                       0);
    CHECK_EQ(Miniport.Returned, returned + 1); /* one way or the other */
    return Protocol.Receives != before;
}
static VOID JoinGroup(VOID) {
    static UCHAR address[] = {0x01, 0x00, 0x5E, 0x00, 0x00, 0x01};
    static NDIS_OID_REQUEST request;
    NDIS_STATUS status;
    NewOid(&request, NdisRequestSetInformation, OID_802_3_MULTICAST_LIST, address, sizeof(address));
    Protocol.Answers = 0;
    status = NdisOidRequest(Protocol.Binding, &request);
    if (status == NDIS_STATUS_PENDING) CHECK(EVENTUALLY(Protocol.Answers == 1));
}

CONFORMANCE(NdisMIndicateReceiveNetBufferLists, DirectedFramesAreForTheAdaptersAddress) {
    REQUIRE(Up(NDIS_PACKET_TYPE_DIRECTED));
    CHECK(Arrives(&ours));
    CHECK(!Arrives(&others));
    CHECK(!Arrives(&everybodys));
    CHECK(!Arrives(&group));
    Down();
}
CONFORMANCE(NdisMIndicateReceiveNetBufferLists, BroadcastFramesAreForEverybody) {
    REQUIRE(Up(NDIS_PACKET_TYPE_BROADCAST));
    CHECK(Arrives(&everybodys));
    CHECK(!Arrives(&ours));
    CHECK(!Arrives(&group));
    Down();
}
CONFORMANCE(NdisMIndicateReceiveNetBufferLists, MulticastFramesAreForThoseInTheGroup) {
    REQUIRE(Up(NDIS_PACKET_TYPE_MULTICAST));
    CHECK(!Arrives(&group));
    JoinGroup();
    CHECK(Arrives(&group));
    CHECK(!Arrives(&ungroup));
    CHECK(!Arrives(&everybodys));
    Down();
}
CONFORMANCE(NdisMIndicateReceiveNetBufferLists, AllMulticastAndPromiscuousTakeMore) {
    REQUIRE(Up(NDIS_PACKET_TYPE_ALL_MULTICAST));
    CHECK(Arrives(&group));
    CHECK(Arrives(&ungroup));
    CHECK(!Arrives(&ours));
    Down();
    REQUIRE(Up(NDIS_PACKET_TYPE_PROMISCUOUS));
    for (ULONG i = 0; i < RTL_NUMBER_OF(all); ++i) CHECK(Arrives(all[i]));
    Down();
}
CONFORMANCE(NdisMIndicateReceiveNetBufferLists, AChainIsTakenApartAndLeftWhole) {
    REQUIRE(Up(NDIS_PACKET_TYPE_BROADCAST));
    for (ULONG i = 0; i + 1 < RTL_NUMBER_OF(all); ++i)
        NET_BUFFER_LIST_NEXT_NBL(all[i]->List) = all[i + 1]->List;
    AT_IRQL(DISPATCH_LEVEL,
            NdisMIndicateReceiveNetBufferLists(
                Miniport.Adapter, ours.List, NDIS_DEFAULT_PORT_NUMBER, RTL_NUMBER_OF(all),
                NDIS_RECEIVE_FLAGS_RESOURCES | NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL));
    CHECK_EQ(Protocol.Receives, 1);
    CHECK_EQ(Protocol.ReceivedCount, 1);
    CHECK(Protocol.Received == everybodys.List);
    CHECK_EQ(Miniport.Returned, 0);
    /* Without their resources the lists stay the miniport's, in one chain. */
    for (ULONG i = 0; i + 1 < RTL_NUMBER_OF(all); ++i)
        CHECK(NET_BUFFER_LIST_NEXT_NBL(all[i]->List) == all[i + 1]->List);
    Down();
}
CONFORMANCE(NdisMIndicateReceiveNetBufferLists, FramesOfOneKindComeTogether) {
    REQUIRE(Up(NDIS_PACKET_TYPE_DIRECTED));
    NET_BUFFER_LIST_NEXT_NBL(ours.List) = others.List;
    RtlCopyMemory(others.Bytes, ours.Bytes, 6);
    NET_BUFFER_LIST_NEXT_NBL(others.List) = group.List;
    NdisMIndicateReceiveNetBufferLists(Miniport.Adapter, ours.List, NDIS_DEFAULT_PORT_NUMBER, 3, 0);
    CHECK_EQ(Protocol.Receives, 1);
    CHECK_EQ(Protocol.ReceivedCount, 2);
    CHECK_EQ(Miniport.Returned, 2); /* the two, and what nobody wants */
    Down();
}
