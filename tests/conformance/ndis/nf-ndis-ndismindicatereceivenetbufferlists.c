/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static FRAME frame;

CONFORMANCE(NdisMIndicateReceiveNetBufferLists, FramesGoUpAndComeBack) {
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    Binding.KeepReceived = TRUE;
    REQUIRE(MakeFrame(&frame));
    AT_IRQL(DISPATCH_LEVEL, NdisMIndicateReceiveNetBufferLists(Miniport.Adapter, frame.List,
                                                               NDIS_DEFAULT_PORT_NUMBER, 1,
                                                               NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL));
    CHECK_EQ(Binding.Received, 1);
    CHECK(!Binding.Resources);
    CHECK_EQ(Binding.FrameBytes, 10);
    CHECK(RtlCompareMemory(Binding.Frame, "0123456789", 10) == 10);
    CHECK_EQ(Miniport.Returned, 0); /* it is the receiver's until then */
    RslNdisReturn(Binding.Adapter, frame.List);
    CHECK_EQ(Miniport.Returned, 1);
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, &state), STATUS_SUCCESS);
    CHECK_EQ(state.FramesReceived, 1);
    CHECK_EQ(state.BytesReceived, 10);
    BindDown();
    MiniportDown();
    FreeFrame(&frame);
}
CONFORMANCE(NdisMIndicateReceiveNetBufferLists, WithResourcesTheListStaysTheMiniports) {
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    REQUIRE(MakeFrame(&frame));
    NdisMIndicateReceiveNetBufferLists(Miniport.Adapter, frame.List, NDIS_DEFAULT_PORT_NUMBER, 1,
                                       NDIS_RECEIVE_FLAGS_RESOURCES);
    CHECK_EQ(Binding.Received, 1);
    CHECK(Binding.Resources);
    CHECK_EQ(Miniport.Returned, 0); /* MiniportReturnNetBufferLists is not called for it */
    BindDown();
    MiniportDown();
    CHECK_EQ(Miniport.Returned, 0);
    FreeFrame(&frame);
}
CONFORMANCE(NdisMIndicateReceiveNetBufferLists, WithNobodyAboveTheListComesBackAtOnce) {
    MiniportNew();
    REQUIRE(MiniportUp());
    REQUIRE(MakeFrame(&frame));
    NdisMIndicateReceiveNetBufferLists(Miniport.Adapter, frame.List, NDIS_DEFAULT_PORT_NUMBER, 1,
                                       0);
    CHECK_EQ(Miniport.Returned, 1);
    NdisMIndicateReceiveNetBufferLists(Miniport.Adapter, frame.List, NDIS_DEFAULT_PORT_NUMBER, 1,
                                       NDIS_RECEIVE_FLAGS_RESOURCES);
    CHECK_EQ(Miniport.Returned, 1);
    MiniportDown();
    FreeFrame(&frame);
}
static volatile LONG ended;
static VOID NTAPI Down(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    MiniportPnp(IRP_MN_STOP_DEVICE);
    InterlockedIncrement(&ended);
}
CONFORMANCE(NdisMIndicateReceiveNetBufferLists, AListThatIsOutHoldsThePause) {
    PETHREAD thread;
    MiniportNew();
    ended = 0;
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    Binding.KeepReceived = TRUE;
    REQUIRE(MakeFrame(&frame));
    NdisMIndicateReceiveNetBufferLists(Miniport.Adapter, frame.List, NDIS_DEFAULT_PORT_NUMBER, 1,
                                       0);
    thread = StartHelper(Down, NULL);
    CHECK(EVENTUALLY(Binding.Stopped == 1));
    PauseMs(20);
    CHECK_EQ(ended, 0);
    CHECK_EQ(Miniport.Halted, 0);
    RslNdisReturn(Binding.Adapter, frame.List);
    CHECK(EndHelper(thread));
    CHECK_EQ(Miniport.Returned, 1);
    CHECK_EQ(Binding.Unbound, 1);
    MiniportDown();
    FreeFrame(&frame);
}
