/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static FRAME frame;

CONFORMANCE(NdisMSendNetBufferListsComplete, GivesTheListsBackToTheirSender) {
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    Miniport.HoldSends = TRUE;
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    REQUIRE(MakeFrame(&frame));
    RslNdisSend(Binding.Adapter, frame.List);
    CHECK_EQ(Miniport.Sends, 1);
    CHECK(Miniport.Sent == frame.List);
    CHECK_EQ(Binding.Completed, 0);
    NET_BUFFER_LIST_STATUS(frame.List) = NDIS_STATUS_SUCCESS;
    AT_IRQL(DISPATCH_LEVEL,
            NdisMSendNetBufferListsComplete(Miniport.Adapter, frame.List,
                                            NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL));
    CHECK_EQ(Binding.Completed, 1);
    CHECK(Binding.CompletedLists == frame.List);
    CHECK_STATUS(Binding.CompletedStatus, NDIS_STATUS_SUCCESS);
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, &state), STATUS_SUCCESS);
    CHECK_EQ(state.FramesSent, 1);
    CHECK_EQ(state.BytesSent, 10);
    BindDown();
    MiniportDown();
    FreeFrame(&frame);
}
CONFORMANCE(NdisMSendNetBufferListsComplete, GivesTheStatusOn) {
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    Miniport.HoldSends = TRUE;
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    REQUIRE(MakeFrame(&frame));
    RslNdisSend(Binding.Adapter, frame.List);
    NET_BUFFER_LIST_STATUS(frame.List) = NDIS_STATUS_INVALID_LENGTH;
    NdisMSendNetBufferListsComplete(Miniport.Adapter, frame.List, 0);
    CHECK_STATUS(Binding.CompletedStatus, NDIS_STATUS_INVALID_LENGTH);
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, &state), STATUS_SUCCESS);
    CHECK_EQ(state.SendErrors, 1);
    CHECK_EQ(state.FramesSent, 0);
    BindDown();
    MiniportDown();
    FreeFrame(&frame);
}
CONFORMANCE(NdisMSendNetBufferListsComplete, TellsTheMiniportItsIrql) {
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    REQUIRE(MakeFrame(&frame));
    RslNdisSend(Binding.Adapter, frame.List);
    CHECK_EQ(Miniport.SendFlags & NDIS_SEND_FLAGS_DISPATCH_LEVEL, 0);
    AT_IRQL(DISPATCH_LEVEL, RslNdisSend(Binding.Adapter, frame.List));
    CHECK_EQ(Miniport.SendFlags & NDIS_SEND_FLAGS_DISPATCH_LEVEL, NDIS_SEND_FLAGS_DISPATCH_LEVEL);
    CHECK_EQ(Binding.Completed, 2);
    BindDown();
    MiniportDown();
    FreeFrame(&frame);
}
