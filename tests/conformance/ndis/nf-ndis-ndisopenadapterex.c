/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_protocol.h"

static BOOLEAN Up(VOID) {
    MiniportNew();
    return MiniportUp() && ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS;
}
static VOID Down(VOID) {
    ProtocolDown(&Protocol);
    MiniportDown();
}

CONFORMANCE(NdisOpenAdapterEx, GivesABindingAndTheMedium) {
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    CHECK_STATUS(Protocol.OpenStatus, NDIS_STATUS_SUCCESS);
    CHECK(Protocol.Binding != NULL);
    CHECK_EQ(Protocol.MediumIndex, 1);
    Down();
}
CONFORMANCE(NdisOpenAdapterEx, RefusesMediaThatTheAdapterDoesNotHave) {
    ProtocolNew(&Protocol);
    Protocol.Medium = NdisMediumWan;
    REQUIRE(Up());
    CHECK_STATUS(Protocol.OpenStatus, NDIS_STATUS_UNSUPPORTED_MEDIA);
    CHECK(Protocol.Binding == NULL);
    CHECK_EQ(Protocol.Restarts, 0);
    Down();
    CHECK_EQ(Protocol.Unbinds, 0);
}
CONFORMANCE(NdisOpenAdapterEx, RefusesAnotherName) {
    ProtocolNew(&Protocol);
    Protocol.OpenName = L"\\Device\\{00000000-0000-0000-0000-000000000000}";
    REQUIRE(Up());
    CHECK_STATUS(Protocol.OpenStatus, NDIS_STATUS_ADAPTER_NOT_FOUND);
    Down();
    CHECK_EQ(Protocol.Unbinds, 0);
}
CONFORMANCE(NdisOpenAdapterEx, RefusesToOpenOutsideOfABind) {
    ProtocolNew(&Protocol);
    Protocol.WithoutContext = TRUE;
    REQUIRE(Up());
    CHECK_STATUS(Protocol.OpenStatus, NDIS_STATUS_FAILURE);
    Down();
}

CONFORMANCE(NdisCloseAdapterEx, EndsABindThatComesToNothing) {
    ProtocolNew(&Protocol);
    Protocol.BindStatus = NDIS_STATUS_RESOURCES;
    REQUIRE(Up());
    CHECK_STATUS(Protocol.OpenStatus, NDIS_STATUS_SUCCESS);
    CHECK_EQ(Protocol.Restarts, 0);
    Down();
    CHECK_EQ(Protocol.Unbinds, 0);
    CHECK_EQ(Protocol.Pauses, 0);
}
CONFORMANCE(NdisCloseAdapterEx, ForgetsThePacketFilter) {
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    CHECK_EQ(Miniport.LastOid, OID_GEN_CURRENT_PACKET_FILTER);
    CHECK_EQ(Miniport.LastValue, NDIS_PACKET_TYPE_DIRECTED);
    ProtocolDown(&Protocol);
    CHECK_EQ(Miniport.LastOid, OID_GEN_CURRENT_PACKET_FILTER);
    CHECK_EQ(Miniport.LastValue, 0);
    MiniportDown();
}

CONFORMANCE(NdisCompleteBindAdapterEx, EndsAPendingBind) {
    ProtocolNew(&Protocol);
    Protocol.BindPends = TRUE; /* completed by a DPC */
    REQUIRE(Up());
    CHECK_EQ(Protocol.Binds, 1);
    CHECK_EQ(Protocol.Restarts, 1);
    Down();
    CHECK_EQ(Protocol.Unbinds, 1);
}
static VOID FailBind(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    NdisCompleteBindAdapterEx(Protocol.BindContext, NDIS_STATUS_FAILURE);
}
static NDIS_STATUS NTAPI BindFails(NDIS_HANDLE context, NDIS_HANDLE bind,
                                   PNDIS_BIND_PARAMETERS parameters) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(parameters);
    Protocol.BindContext = bind;
    InterlockedIncrement(&Protocol.Binds);
    Later(FailBind, NULL);
    return NDIS_STATUS_PENDING;
}
CONFORMANCE(NdisCompleteBindAdapterEx, MayFailIt) {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = ProtocolCharacteristics;
    characteristics.BindAdapterHandlerEx = BindFails;
    MiniportNew();
    ProtocolNew(&Protocol);
    REQUIRE(MiniportUp());
    CHECK_STATUS(NdisRegisterProtocolDriver(&Protocol, &characteristics, &Protocol.Handle),
                 NDIS_STATUS_SUCCESS);
    CHECK_EQ(Protocol.Binds, 1);
    CHECK_EQ(Protocol.Restarts, 0);
    Down();
    CHECK_EQ(Protocol.Unbinds, 0);
}

CONFORMANCE(NdisCompleteUnbindAdapterEx, EndsAPendingUnbind) {
    ProtocolNew(&Protocol);
    Protocol.UnbindPends = TRUE; /* completed by a DPC */
    REQUIRE(Up());
    ProtocolDown(&Protocol);
    CHECK_EQ(Protocol.Unbinds, 1);
    MiniportDown();
    CHECK_EQ(Protocol.Unbinds, 1);
}
CONFORMANCE(NdisCompleteUnbindAdapterEx, IsWaitedForWhenTheAdapterGoes) {
    ProtocolNew(&Protocol);
    Protocol.UnbindPends = TRUE;
    REQUIRE(Up());
    MiniportDown();
    CHECK_EQ(Protocol.Unbinds, 1);
    CHECK_EQ(Miniport.Halted, 1);
    ProtocolDown(&Protocol);
}

CONFORMANCE(NdisCompleteNetPnPEvent, AnswersAPendingEvent) {
    ProtocolNew(&Protocol);
    Protocol.EventPends = TRUE;
    REQUIRE(Up());
    CHECK_SUCCESS(MiniportPnp(IRP_MN_QUERY_REMOVE_DEVICE));
    CHECK_EQ(Protocol.QueryRemoves, 1);
    Down();
}
CONFORMANCE(NdisCompleteNetPnPEvent, MayRefuseARemoval) {
    ProtocolNew(&Protocol);
    Protocol.EventPends = TRUE;
    Protocol.EventStatus = NDIS_STATUS_FAILURE;
    REQUIRE(Up());
    CHECK(!NT_SUCCESS(MiniportPnp(IRP_MN_QUERY_REMOVE_DEVICE)));
    CHECK_SUCCESS(MiniportPnp(IRP_MN_CANCEL_REMOVE_DEVICE));
    CHECK_EQ(Protocol.CancelRemoves, 1);
    Down();
}
