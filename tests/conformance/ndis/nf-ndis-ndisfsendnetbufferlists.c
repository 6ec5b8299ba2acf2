/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames through filters, both ways. */
#include "test_filter.h"

static FRAME frame;

/* Two filters under a protocol, in this order. */
static BOOLEAN Up(VOID) {
    MiniportNew();
    ProtocolNew(&Protocol);
    return MiniportUp() && FilterUp(&Filter) == NDIS_STATUS_SUCCESS &&
           FilterUp(&Upper) == NDIS_STATUS_SUCCESS &&
           ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS && MakeFrame(&frame);
}
static BOOLEAN UpAsUsual(VOID) {
    FilterNew(&Filter);
    FilterNew(&Upper);
    return Up();
}
static VOID Down(VOID) {
    ProtocolDown(&Protocol);
    FilterDown(&Upper);
    FilterDown(&Filter);
    MiniportDown();
    FreeFrame(&frame);
}
static VOID SendIt(VOID) {
    frame.List->SourceHandle = Protocol.Binding;
    NdisSendNetBufferLists(Protocol.Binding, frame.List, NDIS_DEFAULT_PORT_NUMBER, 0);
}
static VOID Indicate(ULONG flags) {
    NdisMIndicateReceiveNetBufferLists(Miniport.Adapter, frame.List, NDIS_DEFAULT_PORT_NUMBER, 1,
                                       flags);
}

CONFORMANCE(NdisFSendNetBufferLists, PassesAListOnToTheNextLowerFilter) {
    REQUIRE(UpAsUsual());
    SendIt();
    CHECK_EQ(Upper.Sends, 1);
    CHECK_EQ(Filter.Sends, 1);
    CHECK(Upper.SendOrder < Filter.SendOrder);
    CHECK_EQ(Miniport.Sends, 1);
    CHECK(Miniport.Sent == frame.List);
    CHECK_EQ(Filter.Completes, 1);
    CHECK_EQ(Upper.Completes, 1);
    CHECK_EQ(Protocol.Completes, 1);
    CHECK(Protocol.Completed == frame.List);
    Down();
}
CONFORMANCE(NdisFSendNetBufferLists, PassesOverAFilterWithoutHandlers) {
    FilterNew(&Filter);
    FilterNew(&Upper);
    Filter.Bypass = TRUE;
    REQUIRE(Up());
    SendIt();
    CHECK_EQ(Upper.Sends, 1);
    CHECK_EQ(Filter.Sends, 0);
    CHECK_EQ(Miniport.Sends, 1);
    CHECK_EQ(Protocol.Completes, 1);
    Down();
}
CONFORMANCE(NdisFSendNetBufferLists, PassesOverAModuleThatGaveItsHandlersUp) {
    FilterNew(&Filter);
    FilterNew(&Upper);
    Upper.HasModuleOptions = Upper.ModuleBypass = TRUE;
    REQUIRE(Up());
    CHECK_EQ(Upper.ModuleOptions, 1);
    CHECK_STATUS(Upper.OptionsStatus, NDIS_STATUS_SUCCESS);
    SendIt();
    Indicate(0);
    CHECK_EQ(Upper.Sends, 0);
    CHECK_EQ(Upper.Receives, 0);
    CHECK_EQ(Filter.Sends, 1);
    CHECK_EQ(Protocol.Completes, 1);
    CHECK_EQ(Protocol.Receives, 1);
    Down();
}
CONFORMANCE(NdisFSendNetBufferLists, AFilterSendsListsOfItsOwn) {
    REQUIRE(UpAsUsual());
    frame.List->SourceHandle = Upper.Module;
    AT_IRQL(DISPATCH_LEVEL,
            NdisFSendNetBufferLists(Upper.Module, frame.List, NDIS_DEFAULT_PORT_NUMBER,
                                    NDIS_SEND_FLAGS_DISPATCH_LEVEL));
    CHECK_EQ(Miniport.Sends, 1);
    CHECK_EQ(Miniport.SendFlags, NDIS_SEND_FLAGS_DISPATCH_LEVEL);
    CHECK_EQ(Filter.Sends, 1);
    CHECK_EQ(Filter.OwnCompletes, 0);
    CHECK_EQ(Upper.Sends, 0);
    CHECK_EQ(Upper.OwnCompletes, 1);
    CHECK_EQ(Protocol.Completes, 0);
    Down();
}

CONFORMANCE(NdisFSendNetBufferListsComplete, RefusesAListOnItsWayDown) {
    FilterNew(&Filter);
    FilterNew(&Upper);
    Filter.DropSends = TRUE;
    REQUIRE(Up());
    SendIt();
    CHECK_EQ(Miniport.Sends, 0);
    CHECK_EQ(Filter.Completes, 0);
    CHECK_EQ(Upper.Completes, 1);
    CHECK_EQ(Protocol.Completes, 1);
    CHECK_STATUS(Protocol.CompletedStatus, NDIS_STATUS_FAILURE);
    Down();
}
CONFORMANCE(NdisFSendNetBufferListsComplete, MayComeLaterAndAtDispatchLevel) {
    FilterNew(&Filter);
    FilterNew(&Upper);
    Upper.HoldSends = TRUE;
    REQUIRE(Up());
    SendIt();
    CHECK_EQ(Protocol.Completes, 0);
    NET_BUFFER_LIST_STATUS(Upper.Sent) = NDIS_STATUS_SUCCESS;
    AT_IRQL(DISPATCH_LEVEL, NdisFSendNetBufferListsComplete(
                                Upper.Module, Upper.Sent, NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL));
    CHECK_EQ(Protocol.Completes, 1);
    CHECK_EQ(Protocol.CompleteFlags, NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL);
    CHECK_EQ(Miniport.Sends, 0);
    Down();
}

CONFORMANCE(NdisFCancelSendNetBufferLists, PassesACancellationOn) {
    REQUIRE(UpAsUsual());
    MiniportCancelledSend = NULL;
    AT_IRQL(DISPATCH_LEVEL, NdisCancelSendNetBufferLists(Protocol.Binding, &frame));
    CHECK(Upper.CancelledSend == &frame);
    CHECK(Filter.CancelledSend == &frame);
    CHECK(MiniportCancelledSend == &frame);
    Down();
}
CONFORMANCE(NdisFCancelSendNetBufferLists, StartsBelowTheFilter) {
    REQUIRE(UpAsUsual());
    NdisFCancelSendNetBufferLists(Upper.Module, &Upper);
    CHECK_EQ(Upper.Cancels, 0);
    CHECK_EQ(Filter.Cancels, 1);
    CHECK(MiniportCancelledSend == &Upper);
    Down();
}

CONFORMANCE(NdisFIndicateReceiveNetBufferLists, PassesAListOnToTheNextHigherFilter) {
    REQUIRE(UpAsUsual());
    Protocol.KeepReceived = TRUE;
    Indicate(0);
    CHECK_EQ(Filter.Receives, 1);
    CHECK_EQ(Upper.Receives, 1);
    CHECK(Filter.ReceiveOrder < Upper.ReceiveOrder);
    CHECK_EQ(Protocol.Receives, 1);
    CHECK_EQ(Protocol.ReceiveFlags, 0);
    CHECK_BYTES(Protocol.Frame, "0123456789", 10);
    CHECK_EQ(Miniport.Returned, 0);
    NdisReturnNetBufferLists(Protocol.Binding, frame.List, 0);
    CHECK_EQ(Upper.Returns, 1);
    CHECK_EQ(Filter.Returns, 1);
    CHECK_EQ(Miniport.Returned, 1);
    Down();
}
CONFORMANCE(NdisFIndicateReceiveNetBufferLists, PassesTheFlagsOn) {
    REQUIRE(UpAsUsual());
    Indicate(NDIS_RECEIVE_FLAGS_RESOURCES);
    CHECK_EQ(Upper.ReceiveFlags, NDIS_RECEIVE_FLAGS_RESOURCES);
    CHECK_EQ(Protocol.ReceiveFlags, NDIS_RECEIVE_FLAGS_RESOURCES);
    CHECK_EQ(Upper.Returns, 0);
    CHECK_EQ(Miniport.Returned, 0);
    Down();
}
CONFORMANCE(NdisFIndicateReceiveNetBufferLists, AFilterIndicatesListsOfItsOwn) {
    REQUIRE(UpAsUsual());
    frame.List->SourceHandle = Filter.Module;
    AT_IRQL(DISPATCH_LEVEL,
            NdisFIndicateReceiveNetBufferLists(Filter.Module, frame.List, NDIS_DEFAULT_PORT_NUMBER,
                                               1, NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL));
    CHECK_EQ(Filter.Receives, 0);
    CHECK_EQ(Upper.Receives, 1);
    CHECK_EQ(Protocol.Receives, 1);
    CHECK_EQ(Upper.OwnReturns, 0);
    CHECK_EQ(Filter.OwnReturns, 1);
    CHECK_EQ(Miniport.Returned, 0);
    Down();
}
CONFORMANCE(NdisFIndicateReceiveNetBufferLists, ComesBackWhenNobodyIsAbove) {
    REQUIRE(UpAsUsual());
    ProtocolDown(&Protocol);
    frame.List->SourceHandle = Filter.Module;
    NdisFIndicateReceiveNetBufferLists(Filter.Module, frame.List, NDIS_DEFAULT_PORT_NUMBER, 1, 0);
    CHECK_EQ(Upper.Returns, 1);
    CHECK_EQ(Filter.OwnReturns, 1);
    CHECK_STATUS(ProtocolUp(&Protocol), NDIS_STATUS_SUCCESS);
    Down();
}

CONFORMANCE(NdisFReturnNetBufferLists, DropsAListOnItsWayUp) {
    FilterNew(&Filter);
    FilterNew(&Upper);
    Upper.DropReceives = TRUE;
    REQUIRE(Up());
    Indicate(0);
    CHECK_EQ(Upper.Receives, 1);
    CHECK_EQ(Protocol.Receives, 0);
    CHECK_EQ(Upper.Returns, 0);
    CHECK_EQ(Filter.Returns, 1);
    CHECK_EQ(Miniport.Returned, 1);
    Down();
}
CONFORMANCE(NdisFReturnNetBufferLists, PassesTheFlagsOnAtDispatchLevel) {
    REQUIRE(UpAsUsual());
    Protocol.KeepReceived = TRUE;
    Indicate(0);
    AT_IRQL(DISPATCH_LEVEL, NdisReturnNetBufferLists(Protocol.Binding, frame.List,
                                                     NDIS_RETURN_FLAGS_DISPATCH_LEVEL));
    CHECK_EQ(Miniport.Returned, 1);
    CHECK_EQ(Miniport.ReturnFlags, NDIS_RETURN_FLAGS_DISPATCH_LEVEL);
    Down();
}
CONFORMANCE(NdisFReturnNetBufferLists, OurOwnBindingIsAboveFiltersToo) {
    REQUIRE(UpAsUsual());
    CHECK(BindUp());
    Indicate(0);
    CHECK_EQ(Binding.Received, 1);
    CHECK_EQ(Protocol.Receives, 1);
    CHECK_EQ(Miniport.Returned, 1);
    RslNdisSend(Binding.Adapter, frame.List);
    CHECK_EQ(Upper.Sends, 1);
    CHECK_EQ(Binding.Completed, 1);
    CHECK_EQ(Protocol.Completes, 0);
    FilterDown(&Upper); /* with both of them bound */
    CHECK_EQ(Binding.Stopped, 0);
    RslNdisSend(Binding.Adapter, frame.List);
    CHECK_EQ(Binding.Completed, 2);
    CHECK_STATUS(Binding.CompletedStatus, NDIS_STATUS_SUCCESS);
    CHECK_EQ(Filter.Sends, 2);
    CHECK_STATUS(FilterUp(&Upper), NDIS_STATUS_SUCCESS);
    BindDown();
    Down();
}
