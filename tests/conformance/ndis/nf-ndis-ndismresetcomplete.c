/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

CONFORMANCE(NdisMResetMiniport, CallsResetLater) {
    MiniportNew();
    REQUIRE(MiniportUp());
    AT_IRQL(DISPATCH_LEVEL, {
        NdisMResetMiniport(Miniport.Adapter);
        CHECK_EQ(Miniport.Resets, 0); /* not in this call */
    });
    CHECK(EVENTUALLY(Miniport.Resets == 1));
    MiniportDown();
}
CONFORMANCE(NdisMResetMiniport, DoesNothingForAnAdapterThatHasStopped) {
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK_STATUS(MiniportPnp(IRP_MN_STOP_DEVICE), STATUS_SUCCESS);
    NdisMResetMiniport(Miniport.Adapter);
    PauseMs(50);
    CHECK_EQ(Miniport.Resets, 0);
    MiniportDown();
}
/* CheckForHangTimeInSeconds is 1: the first check comes after a second. */
CONFORMANCE(NdisMResetComplete, AnAdapterThatHangsIsReset) {
    MiniportNew();
    Miniport.CheckForHangSeconds = 1;
    REQUIRE(MiniportUp());
    CHECK(EVENTUALLY(Miniport.HangChecks >= 1));
    CHECK_EQ(Miniport.Resets, 0);
    Miniport.Hangs = TRUE;
    CHECK(EVENTUALLY(Miniport.Resets == 1));
    MiniportDown();
}
static volatile LONG ended;
static VOID NTAPI Down(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    MiniportPnp(IRP_MN_STOP_DEVICE);
    InterlockedIncrement(&ended);
}
CONFORMANCE(NdisMResetComplete, EndsAPendingReset) {
    PETHREAD thread;
    MiniportNew();
    ended = 0;
    Miniport.ResetStatus = NDIS_STATUS_PENDING;
    REQUIRE(MiniportUp());
    NdisMResetMiniport(Miniport.Adapter);
    CHECK(EVENTUALLY(Miniport.Resets == 1));
    NdisMResetMiniport(Miniport.Adapter); /* one at a time */
    PauseMs(20);
    CHECK_EQ(Miniport.Resets, 1);
    thread = StartHelper(Down, NULL);
    PauseMs(20);
    CHECK_EQ(Miniport.Halted, 0); /* no adapter is halted in the middle of its reset */
    Miniport.ResetStatus = NDIS_STATUS_SUCCESS;
    AT_IRQL(DISPATCH_LEVEL, NdisMResetComplete(Miniport.Adapter, NDIS_STATUS_SUCCESS, FALSE));
    CHECK(EndHelper(thread));
    CHECK_EQ(Miniport.Halted, 1);
    MiniportDown();
}
static NDIS_OID_REQUEST request;
static NDIS_STATUS Set(NDIS_OID oid, PVOID data, ULONG bytes) {
    RtlZeroMemory(&request, sizeof(request));
    request.Header.Type = NDIS_OBJECT_TYPE_OID_REQUEST;
    request.Header.Revision = NDIS_OID_REQUEST_REVISION_1;
    request.Header.Size = NDIS_SIZEOF_OID_REQUEST_REVISION_1;
    request.RequestType = NdisRequestSetInformation;
    request.DATA.SET_INFORMATION.Oid = oid;
    request.DATA.SET_INFORMATION.InformationBuffer = data;
    request.DATA.SET_INFORMATION.InformationBufferLength = bytes;
    return RslNdisRequest(Binding.Adapter, &request);
}
CONFORMANCE(NdisMResetComplete, AddressingResetHasTheFilterSetAgain) {
    static ULONG filter = NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_BROADCAST;
    MiniportNew();
    Miniport.ResetStatus = NDIS_STATUS_PENDING;
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    CHECK_STATUS(Set(OID_GEN_CURRENT_PACKET_FILTER, &filter, sizeof(filter)), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Miniport.Requests, 1);
    NdisMResetMiniport(Miniport.Adapter);
    CHECK(EVENTUALLY(Miniport.Resets == 1));
    NdisMResetComplete(Miniport.Adapter, NDIS_STATUS_SUCCESS, TRUE);
    CHECK(EVENTUALLY(Miniport.Requests == 2));
    CHECK_EQ(Miniport.LastOid, OID_GEN_CURRENT_PACKET_FILTER);
    CHECK_EQ(Miniport.LastValue, filter);
    BindDown();
    MiniportDown();
}
CONFORMANCE(NdisMResetComplete, WithoutAddressingResetNothingIsSet) {
    static ULONG filter = NDIS_PACKET_TYPE_DIRECTED;
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    CHECK_STATUS(Set(OID_GEN_CURRENT_PACKET_FILTER, &filter, sizeof(filter)), NDIS_STATUS_SUCCESS);
    NdisMResetMiniport(Miniport.Adapter);
    CHECK(EVENTUALLY(Miniport.Resets == 1));
    PauseMs(20);
    CHECK_EQ(Miniport.Requests, 1);
    BindDown();
    MiniportDown();
}
