/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static VOID Indicate(NDIS_STATUS code, PVOID buffer, ULONG bytes) {
    NDIS_STATUS_INDICATION indication = {{NDIS_OBJECT_TYPE_STATUS_INDICATION,
                                          NDIS_STATUS_INDICATION_REVISION_1,
                                          NDIS_SIZEOF_STATUS_INDICATION_REVISION_1}};
    indication.SourceHandle = Miniport.Adapter;
    indication.StatusCode = code;
    indication.StatusBuffer = buffer;
    indication.StatusBufferSize = bytes;
    NdisMIndicateStatusEx(Miniport.Adapter, &indication);
}

CONFORMANCE(NdisMIndicateStatusEx, TellsThoseAbove) {
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    AT_IRQL(DISPATCH_LEVEL, Indicate(NDIS_STATUS_NETWORK_CHANGE, NULL, 0));
    CHECK_EQ(Binding.Indicated, 1);
    CHECK_STATUS(Binding.IndicatedStatus, NDIS_STATUS_NETWORK_CHANGE);
    BindDown();
    MiniportDown();
}
CONFORMANCE(NdisMIndicateStatusEx, KeepsTheLinkState) {
    NDIS_LINK_STATE link = {
        {NDIS_OBJECT_TYPE_DEFAULT, NDIS_LINK_STATE_REVISION_1, NDIS_SIZEOF_LINK_STATE_REVISION_1}};
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    REQUIRE(MiniportUp());
    link.MediaConnectState = MediaConnectStateDisconnected;
    link.XmitLinkSpeed = link.RcvLinkSpeed = 100;
    Indicate(NDIS_STATUS_LINK_STATE, &link, sizeof(link)); /* with nobody above */
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, &state), STATUS_SUCCESS);
    CHECK_EQ(state.MediaConnectState, MediaConnectStateDisconnected);
    CHECK_EQ(state.XmitLinkSpeed, 100);
    /* A buffer that is too short says nothing. */
    link.MediaConnectState = MediaConnectStateConnected;
    Indicate(NDIS_STATUS_LINK_STATE, &link, 8);
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, &state), STATUS_SUCCESS);
    CHECK_EQ(state.MediaConnectState, MediaConnectStateDisconnected);
    MiniportDown();
}
