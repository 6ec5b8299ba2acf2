/* SPDX-License-Identifier: GPL-2.0-only */
/* A protocol's frames, both ways. */
#include "test_protocol.h"

static FRAME frame, second;

static BOOLEAN Up(VOID) {
    MiniportNew();
    ProtocolNew(&Protocol);
    return MiniportUp() && ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS && MakeFrame(&frame);
}
static VOID Down(VOID) {
    ProtocolDown(&Protocol);
    MiniportDown();
    FreeFrame(&frame);
}
static VOID SendIt(VOID) {
    NET_BUFFER_LIST_STATUS(frame.List) = NDIS_STATUS_FAILURE;
    frame.List->SourceHandle = Protocol.Binding;
    NdisSendNetBufferLists(Protocol.Binding, frame.List, NDIS_DEFAULT_PORT_NUMBER, 0);
}

CONFORMANCE(NdisSendNetBufferLists, HandsTheListsToTheMiniportAndBack) {
    REQUIRE(Up());
    SendIt();
    CHECK_EQ(Miniport.Sends, 1);
    CHECK(Miniport.Sent == frame.List);
    CHECK_EQ(Protocol.Completes, 1);
    CHECK(Protocol.Completed == frame.List);
    CHECK_STATUS(Protocol.CompletedStatus, NDIS_STATUS_SUCCESS);
    CHECK(frame.List->SourceHandle == Protocol.Binding);
    Down();
}
CONFORMANCE(NdisSendNetBufferLists, PassesTheFlagsOnAtDispatchLevel) {
    REQUIRE(Up());
    frame.List->SourceHandle = Protocol.Binding;
    AT_IRQL(DISPATCH_LEVEL,
            NdisSendNetBufferLists(Protocol.Binding, frame.List, NDIS_DEFAULT_PORT_NUMBER,
                                   NDIS_SEND_FLAGS_DISPATCH_LEVEL));
    CHECK_EQ(Miniport.SendFlags, NDIS_SEND_FLAGS_DISPATCH_LEVEL);
    CHECK_EQ(Protocol.Completes, 1);
    Down();
}
CONFORMANCE(NdisSendNetBufferLists, CompletionsGoToWhoeverSent) {
    REQUIRE(Up());
    CHECK(BindUp());
    REQUIRE(MakeFrame(&second));
    Miniport.HoldSends = TRUE;
    SendIt();
    RslNdisSend(Binding.Adapter, second.List);
    /* The miniport completes both in one chain. */
    NET_BUFFER_LIST_STATUS(frame.List) = NDIS_STATUS_SUCCESS;
    NET_BUFFER_LIST_STATUS(second.List) = NDIS_STATUS_RESOURCES;
    NET_BUFFER_LIST_NEXT_NBL(frame.List) = second.List;
    NdisMSendNetBufferListsComplete(Miniport.Adapter, frame.List, 0);
    CHECK_EQ(Protocol.Completes, 1);
    CHECK(Protocol.Completed == frame.List);
    CHECK(NET_BUFFER_LIST_NEXT_NBL(frame.List) == NULL);
    CHECK_EQ(Binding.Completed, 1);
    CHECK(Binding.CompletedLists == second.List);
    CHECK_STATUS(Binding.CompletedStatus, NDIS_STATUS_RESOURCES);
    BindDown();
    Down();
    FreeFrame(&second);
}
static VOID CompleteHeld(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    NET_BUFFER_LIST_STATUS(frame.List) = NDIS_STATUS_SUCCESS;
    NdisMSendNetBufferListsComplete(Miniport.Adapter, frame.List,
                                    NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL);
}
CONFORMANCE(NdisSendNetBufferLists, AnUnbindWaitsForWhatIsSent) {
    REQUIRE(Up());
    Miniport.HoldSends = TRUE;
    SendIt();
    CHECK_EQ(Protocol.Completes, 0);
    Later(CompleteHeld, NULL);
    ProtocolDown(&Protocol);
    CHECK_EQ(Protocol.Completes, 1);
    CHECK_EQ(Protocol.CompleteFlags, NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL);
    CHECK_EQ(Protocol.Unbinds, 1);
    MiniportDown();
    FreeFrame(&frame);
}
static NDIS_STATUS NTAPI SendsInAPause(NDIS_HANDLE unbind, NDIS_HANDLE context) {
    UNREFERENCED_PARAMETER(unbind);
    UNREFERENCED_PARAMETER(context);
    SendIt();
    NdisCloseAdapterEx(Protocol.Binding);
    return NDIS_STATUS_SUCCESS;
}
CONFORMANCE(NdisSendNetBufferLists, GivesTheListsBackInAPause) {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = ProtocolCharacteristics;
    characteristics.UnbindAdapterHandlerEx = SendsInAPause; /* comes after NetEventPause */
    MiniportNew();
    ProtocolNew(&Protocol);
    REQUIRE(MiniportUp() && MakeFrame(&frame));
    CHECK_STATUS(NdisRegisterProtocolDriver(&Protocol, &characteristics, &Protocol.Handle),
                 NDIS_STATUS_SUCCESS);
    ProtocolDown(&Protocol);
    CHECK_EQ(Miniport.Sends, 0);
    CHECK_EQ(Protocol.Completes, 1);
    CHECK_STATUS(Protocol.CompletedStatus, NDIS_STATUS_PAUSED);
    MiniportDown();
    FreeFrame(&frame);
}

static VOID Indicate(ULONG flags) {
    NdisMIndicateReceiveNetBufferLists(Miniport.Adapter, frame.List, NDIS_DEFAULT_PORT_NUMBER, 1,
                                       flags);
}
CONFORMANCE(NdisReturnNetBufferLists, GivesTheListsBackToTheMiniport) {
    REQUIRE(Up());
    Protocol.KeepReceived = TRUE;
    Indicate(0);
    CHECK_EQ(Protocol.Receives, 1);
    CHECK_EQ(Protocol.ReceivedCount, 1);
    CHECK_EQ(Protocol.ReceiveFlags, 0);
    CHECK_EQ(Protocol.FrameBytes, 10);
    CHECK_BYTES(Protocol.Frame, "0123456789", 10);
    CHECK_EQ(Miniport.Returned, 0);
    AT_IRQL(DISPATCH_LEVEL, NdisReturnNetBufferLists(Protocol.Binding, frame.List,
                                                     NDIS_RETURN_FLAGS_DISPATCH_LEVEL));
    CHECK_EQ(Miniport.Returned, 1);
    CHECK_EQ(Miniport.ReturnFlags, NDIS_RETURN_FLAGS_DISPATCH_LEVEL);
    Down();
}
CONFORMANCE(NdisReturnNetBufferLists, IsNotForListsOfAMiniportWithoutResources) {
    REQUIRE(Up());
    Indicate(NDIS_RECEIVE_FLAGS_RESOURCES);
    CHECK_EQ(Protocol.Receives, 1);
    CHECK_EQ(Protocol.ReceiveFlags, NDIS_RECEIVE_FLAGS_RESOURCES);
    CHECK_EQ(Miniport.Returned, 0);
    Down();
}
CONFORMANCE(NdisReturnNetBufferLists, OneOfSeveralReceiversKeepsTheLists) {
    REQUIRE(Up());
    ProtocolNew(&Other);
    CHECK_STATUS(ProtocolUp(&Other), NDIS_STATUS_SUCCESS);
    CHECK(BindUp());
    Indicate(0);
    CHECK_EQ(Protocol.Receives, 1);
    CHECK_EQ(Other.Receives, 1);
    CHECK_EQ(Binding.Received, 1);
    CHECK_BYTES(Other.Frame, "0123456789", 10);
    CHECK_BYTES(Binding.Frame, "0123456789", 10);
    CHECK_EQ((Protocol.ReceiveFlags == 0) + (Other.ReceiveFlags == 0) + !Binding.Resources, 1);
    CHECK_EQ(Miniport.Returned, 1);
    BindDown();
    Indicate(0);
    CHECK_EQ(Protocol.Receives, 2);
    CHECK_EQ(Other.Receives, 2);
    CHECK_EQ((Protocol.ReceiveFlags == 0) + (Other.ReceiveFlags == 0), 1);
    CHECK_EQ(Miniport.Returned, 2);
    ProtocolDown(&Other);
    Down();
}
CONFORMANCE(NdisReturnNetBufferLists, AProtocolWithoutAPacketFilterReceivesNothing) {
    MiniportNew();
    ProtocolNew(&Protocol);
    Protocol.PacketFilter = 0;
    REQUIRE(MiniportUp() && MakeFrame(&frame));
    CHECK_STATUS(ProtocolUp(&Protocol), NDIS_STATUS_SUCCESS);
    Indicate(0);
    CHECK_EQ(Protocol.Receives, 0);
    CHECK_EQ(Miniport.Returned, 1);
    Down();
}
static VOID ReturnHeld(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    NdisReturnNetBufferLists(Protocol.Binding, frame.List, NDIS_RETURN_FLAGS_DISPATCH_LEVEL);
}
CONFORMANCE(NdisReturnNetBufferLists, AnAdapterThatGoesWaitsForThem) {
    REQUIRE(Up());
    Protocol.KeepReceived = TRUE;
    Indicate(0);
    Later(ReturnHeld, NULL);
    MiniportDown();
    CHECK_EQ(Miniport.Returned, 1);
    CHECK_EQ(Protocol.Unbinds, 1);
    ProtocolDown(&Protocol);
    FreeFrame(&frame);
}

CONFORMANCE(NdisCancelSendNetBufferLists, TellsTheMiniport) {
    REQUIRE(Up());
    MiniportCancelledSend = NULL;
    AT_IRQL(DISPATCH_LEVEL, NdisCancelSendNetBufferLists(Protocol.Binding, &frame));
    CHECK(MiniportCancelledSend == &frame);
    Down();
}
CONFORMANCE(NdisCancelSendNetBufferLists, ACancelledListComesBackAsItIsCompleted) {
    REQUIRE(Up());
    Miniport.HoldSends = TRUE;
    NDIS_SET_NET_BUFFER_LIST_CANCEL_ID(frame.List, &frame);
    SendIt();
    NdisCancelSendNetBufferLists(Protocol.Binding, &frame);
    CHECK(NDIS_GET_NET_BUFFER_LIST_CANCEL_ID(Miniport.Sent) == MiniportCancelledSend);
    NET_BUFFER_LIST_STATUS(frame.List) = NDIS_STATUS_SEND_ABORTED;
    NdisMSendNetBufferListsComplete(Miniport.Adapter, frame.List, 0);
    CHECK_STATUS(Protocol.CompletedStatus, NDIS_STATUS_SEND_ABORTED);
    Down();
}
