/* SPDX-License-Identifier: GPL-2.0-only */
/* OID requests, status indications and events through filters. */
#include "test_filter.h"

static NDIS_OID_REQUEST request;
static ULONG value;

static BOOLEAN Up(VOID) {
    MiniportNew();
    ProtocolNew(&Protocol);
    FilterNew(&Filter);
    FilterNew(&Upper);
    if (!MiniportUp() || FilterUp(&Filter) != NDIS_STATUS_SUCCESS ||
        FilterUp(&Upper) != NDIS_STATUS_SUCCESS || ProtocolUp(&Protocol) != NDIS_STATUS_SUCCESS)
        return FALSE;
    Miniport.Requests = Filter.Oids = Upper.Oids = 0;
    NewOid(&request, NdisRequestQueryInformation, OID_GEN_MAXIMUM_FRAME_SIZE, &value,
           sizeof(value));
    return TRUE;
}
static VOID Down(VOID) {
    ProtocolDown(&Protocol);
    FilterDown(&Upper);
    FilterDown(&Filter);
    MiniportDown();
}
/* Whatever way the answer takes. */
static NDIS_STATUS Ask(VOID) {
    NDIS_STATUS status;
    Protocol.Answers = 0;
    status = NdisOidRequest(Protocol.Binding, &request);
    if (status != NDIS_STATUS_PENDING) return status;
    CHECK(EVENTUALLY(Protocol.Answers == 1));
    return Protocol.Answer;
}
static NDIS_STATUS AskFromUpper(VOID) {
    NDIS_STATUS status;
    Upper.OidAnswers = 0;
    status = NdisFOidRequest(Upper.Module, &request);
    if (status != NDIS_STATUS_PENDING) return status;
    CHECK(EVENTUALLY(Upper.OidAnswers == 1));
    return Upper.Answer;
}

CONFORMANCE(NdisFOidRequest, PassesACloneOn) {
    REQUIRE(Up());
    Miniport.OidStatus = NDIS_STATUS_NOT_ACCEPTED;
    CHECK_STATUS(Ask(), NDIS_STATUS_NOT_ACCEPTED);
    CHECK_EQ(Upper.Oids, 1);
    CHECK(Upper.Asked == &request);
    CHECK_EQ(Filter.Oids, 1);
    CHECK(Filter.Asked != &request);
    CHECK_EQ(Miniport.Requests, 1);
    CHECK_EQ(Miniport.LastOid, OID_GEN_MAXIMUM_FRAME_SIZE);
    Miniport.OidStatus = NDIS_STATUS_SUCCESS;
    Down();
}
CONFORMANCE(NdisFOidRequest, AFilterAsksForItself) {
    REQUIRE(Up());
    CHECK_STATUS(AskFromUpper(), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Upper.Oids, 0);
    CHECK_EQ(Filter.Oids, 1);
    CHECK_EQ(Miniport.Requests, 1);
    CHECK_EQ(Protocol.Answers, 0);
    Down();
}
CONFORMANCE(NdisFOidRequest, IsAnsweredLaterAtDispatchLevel) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    REQUIRE(Up());
    Miniport.OidStatus = NDIS_STATUS_INVALID_LENGTH;
    AT_IRQL(DISPATCH_LEVEL, status = NdisFOidRequest(Upper.Module, &request));
    CHECK_STATUS(status, NDIS_STATUS_PENDING);
    CHECK(EVENTUALLY(Upper.OidAnswers == 1));
    CHECK_STATUS(Upper.Answer, NDIS_STATUS_INVALID_LENGTH);
    Miniport.OidStatus = NDIS_STATUS_SUCCESS;
    Down();
}
CONFORMANCE(NdisFOidRequest, RefusesWhatIsNoRequest) {
    REQUIRE(Up());
    request.Header.Size = 8;
    CHECK_STATUS(NdisFOidRequest(Upper.Module, &request), NDIS_STATUS_INVALID_PARAMETER);
    CHECK_EQ(Filter.Oids, 0);
    Down();
}

CONFORMANCE(NdisFOidRequestComplete, AnswersAPendingRequest) {
    REQUIRE(Up());
    Upper.Oid = OidPend; /* completed by a DPC */
    Upper.OidStatus = NDIS_STATUS_SUCCESS;
    CHECK_STATUS(Ask(), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Upper.Oids, 1);
    CHECK_EQ(Filter.Oids, 0);
    Upper.OidStatus = NDIS_STATUS_RESOURCES;
    CHECK_STATUS(Ask(), NDIS_STATUS_RESOURCES);
    Upper.Oid = OidClone;
    Down();
}
CONFORMANCE(NdisFOidRequestComplete, IsNotForWhatIsAnsweredAtOnce) {
    REQUIRE(Up());
    Filter.Oid = OidAnswer;
    Filter.OidStatus = NDIS_STATUS_INVALID_OID;
    CHECK_STATUS(Ask(), NDIS_STATUS_INVALID_OID);
    CHECK_EQ(Miniport.Requests, 0);
    Filter.Oid = OidClone;
    Down();
}
static NDIS_OID_REQUEST requests[2];
static NDIS_STATUS answers[2];
static VOID NTAPI AskInThread(PVOID context) {
    ULONG i = (ULONG)(ULONG_PTR)context;
    NewOid(&requests[i], NdisRequestQueryInformation, OID_GEN_MAXIMUM_FRAME_SIZE, NULL, 0);
    answers[i] = NdisOidRequest(Protocol.Binding, &requests[i]);
}
CONFORMANCE(NdisFOidRequestComplete, AFilterHasOneRequestAtATime) {
    PETHREAD first, second;
    REQUIRE(Up());
    Miniport.OidStatus = NDIS_STATUS_PENDING;
    first = StartHelper(AskInThread, (PVOID)0);
    CHECK(EVENTUALLY(Miniport.Requests == 1));
    second = StartHelper(AskInThread, (PVOID)1);
    PauseMs(20);
    CHECK_EQ(Upper.Oids, 1);
    NdisMOidRequestComplete(Miniport.Adapter, Miniport.Request, NDIS_STATUS_SUCCESS);
    CHECK(EVENTUALLY(Miniport.Requests == 2));
    CHECK_EQ(Upper.Oids, 2);
    NdisMOidRequestComplete(Miniport.Adapter, Miniport.Request, NDIS_STATUS_SUCCESS);
    CHECK(EndHelper(first));
    CHECK(EndHelper(second));
    CHECK(answers[0] == NDIS_STATUS_PENDING || answers[0] == NDIS_STATUS_SUCCESS);
    CHECK(answers[1] == NDIS_STATUS_PENDING || answers[1] == NDIS_STATUS_SUCCESS);
    Miniport.OidStatus = NDIS_STATUS_SUCCESS;
    Down();
}

CONFORMANCE(NdisFCancelOidRequest, PassesACancellationOn) {
    REQUIRE(Up());
    MiniportCancelledRequest = NULL;
    AT_IRQL(DISPATCH_LEVEL, NdisCancelOidRequest(Protocol.Binding, &value));
    CHECK(Upper.CancelledRequest == &value);
    CHECK(Filter.CancelledRequest == &value);
    CHECK(MiniportCancelledRequest == &value);
    Down();
}
CONFORMANCE(NdisFCancelOidRequest, StartsBelowTheFilter) {
    REQUIRE(Up());
    NdisFCancelOidRequest(Upper.Module, &request);
    CHECK_EQ(Upper.OidCancels, 0);
    CHECK_EQ(Filter.OidCancels, 1);
    CHECK(MiniportCancelledRequest == &request);
    Down();
}

CONFORMANCE(NdisAllocateCloneOidRequest, CopiesTheRequest) {
    PNDIS_OID_REQUEST clone = NULL;
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    REQUIRE(Up());
    request.RequestId = &clone;
    AT_IRQL(DISPATCH_LEVEL,
            status = NdisAllocateCloneOidRequest(Upper.Module, &request, CONFORMANCE_TAG, &clone));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    REQUIRE(clone != NULL && clone != &request);
    CHECK_EQ(clone->Header.Type, NDIS_OBJECT_TYPE_OID_REQUEST);
    CHECK_EQ(clone->RequestType, NdisRequestQueryInformation);
    CHECK(clone->RequestId == &clone);
    CHECK_EQ(clone->DATA.QUERY_INFORMATION.Oid, OID_GEN_MAXIMUM_FRAME_SIZE);
    CHECK(clone->DATA.QUERY_INFORMATION.InformationBuffer == &value);
    CHECK_EQ(clone->DATA.QUERY_INFORMATION.InformationBufferLength, sizeof(value));
    NdisFreeCloneOidRequest(Upper.Module, clone);
    Down();
}
CONFORMANCE(NdisAllocateCloneOidRequest, TakesABindingsHandleAndRefusesOthers) {
    PNDIS_OID_REQUEST clone;
    REQUIRE(Up());
    CHECK_STATUS(NdisAllocateCloneOidRequest(Protocol.Binding, &request, CONFORMANCE_TAG, &clone),
                 NDIS_STATUS_SUCCESS);
    NdisFreeCloneOidRequest(Protocol.Binding, clone);
    CHECK_STATUS(NdisAllocateCloneOidRequest(Miniport.Adapter, &request, CONFORMANCE_TAG, &clone),
                 NDIS_STATUS_INVALID_PARAMETER);
    CHECK(clone == NULL);
    Down();
}
CONFORMANCE(NdisFreeCloneOidRequest, FreesItAtDispatchLevel) {
    PNDIS_OID_REQUEST clone;
    REQUIRE(Up());
    for (ULONG i = 0; i < 100; ++i) {
        CHECK_STATUS(NdisAllocateCloneOidRequest(Upper.Module, &request, CONFORMANCE_TAG, &clone),
                     NDIS_STATUS_SUCCESS);
        AT_IRQL(DISPATCH_LEVEL, NdisFreeCloneOidRequest(Upper.Module, clone));
    }
    Down();
}

static VOID IndicateMedia(VOID) {
    NDIS_STATUS_INDICATION indication = {{NDIS_OBJECT_TYPE_STATUS_INDICATION,
                                          NDIS_STATUS_INDICATION_REVISION_1,
                                          NDIS_SIZEOF_STATUS_INDICATION_REVISION_1}};
    indication.SourceHandle = Miniport.Adapter;
    indication.StatusCode = NDIS_STATUS_MEDIA_DISCONNECT;
    AT_IRQL(DISPATCH_LEVEL, NdisMIndicateStatusEx(Miniport.Adapter, &indication));
}
CONFORMANCE(NdisFIndicateStatus, PassesAStatusOnToAllAbove) {
    REQUIRE(Up());
    CHECK(BindUp());
    IndicateMedia();
    CHECK_EQ(Filter.Indicated, 1);
    CHECK_EQ(Upper.Indicated, 1);
    CHECK_EQ(Protocol.Indicated, 1);
    CHECK_STATUS(Protocol.StatusCode, NDIS_STATUS_MEDIA_DISCONNECT);
    CHECK_EQ(Binding.Indicated, 1);
    BindDown();
    Down();
}
CONFORMANCE(NdisFIndicateStatus, AFilterMayKeepAStatus) {
    REQUIRE(Up());
    Filter.SwallowStatus = TRUE;
    IndicateMedia();
    CHECK_EQ(Filter.Indicated, 1);
    CHECK_EQ(Upper.Indicated, 0);
    CHECK_EQ(Protocol.Indicated, 0);
    Down();
}
CONFORMANCE(NdisFIndicateStatus, AFilterMakesOne) {
    NDIS_STATUS_INDICATION indication = {{NDIS_OBJECT_TYPE_STATUS_INDICATION,
                                          NDIS_STATUS_INDICATION_REVISION_1,
                                          NDIS_SIZEOF_STATUS_INDICATION_REVISION_1}};
    REQUIRE(Up());
    indication.SourceHandle = Filter.Module;
    indication.StatusCode = NDIS_STATUS_NETWORK_CHANGE;
    NdisFIndicateStatus(Filter.Module, &indication);
    CHECK_EQ(Filter.Indicated, 0);
    CHECK_EQ(Upper.Indicated, 1);
    CHECK_STATUS(Protocol.StatusCode, NDIS_STATUS_NETWORK_CHANGE);
    Down();
}
CONFORMANCE(NdisFIndicateStatus, OneForARequestGoesToWhoAsked) {
    NDIS_STATUS_INDICATION indication = {{NDIS_OBJECT_TYPE_STATUS_INDICATION,
                                          NDIS_STATUS_INDICATION_REVISION_1,
                                          NDIS_SIZEOF_STATUS_INDICATION_REVISION_1}};
    REQUIRE(Up());
    CHECK(BindUp());
    CHECK_STATUS(Ask(), NDIS_STATUS_SUCCESS);
    CHECK(request.RequestHandle != NULL);
    indication.StatusCode = NDIS_STATUS_NETWORK_CHANGE;
    indication.DestinationHandle = request.RequestHandle;
    NdisFIndicateStatus(Filter.Module, &indication);
    CHECK_EQ(Protocol.Indicated, 1);
    CHECK_EQ(Binding.Indicated, 0);
    BindDown();
    Down();
}

CONFORMANCE(NdisFDevicePnPEventNotify, PassesAnEventOnToTheMiniport) {
    REQUIRE(Up());
    MiniportEvents = 0;
    CHECK_SUCCESS(MiniportPnp(IRP_MN_SURPRISE_REMOVAL));
    CHECK_EQ(Upper.DeviceEvents, 1);
    CHECK_EQ(Filter.DeviceEvents, 1);
    CHECK_EQ(MiniportEvents, 1);
    CHECK_EQ(MiniportEvent, NdisDevicePnPEventSurpriseRemoved);
    CHECK_EQ(Protocol.Unbinds, 1);
    CHECK_EQ(Upper.Detaches, 1);
    CHECK_EQ(Filter.Detaches, 1);
    Down();
    CHECK_EQ(Miniport.Halted, 1);
}
CONFORMANCE(NdisFDevicePnPEventNotify, AFilterMayKeepAnEvent) {
    REQUIRE(Up());
    MiniportEvents = 0;
    Upper.SwallowEvents = TRUE;
    CHECK_SUCCESS(MiniportPnp(IRP_MN_SURPRISE_REMOVAL));
    CHECK_EQ(Upper.DeviceEvents, 1);
    CHECK_EQ(Filter.DeviceEvents, 0);
    CHECK_EQ(MiniportEvents, 0);
    Down();
}

CONFORMANCE(NdisFNetPnPEvent, PassesAnEventOnToTheProtocols) {
    REQUIRE(Up());
    CHECK_SUCCESS(MiniportPnp(IRP_MN_QUERY_REMOVE_DEVICE));
    CHECK_EQ(Filter.NetEvents, 1);
    CHECK_EQ(Upper.NetEvents, 1);
    CHECK_EQ(Protocol.QueryRemoves, 1);
    CHECK_SUCCESS(MiniportPnp(IRP_MN_CANCEL_REMOVE_DEVICE));
    CHECK_EQ(Protocol.CancelRemoves, 1);
    Down();
}
CONFORMANCE(NdisFNetPnPEvent, SaysThatAProtocolRefuses) {
    REQUIRE(Up());
    Protocol.EventStatus = NDIS_STATUS_FAILURE;
    CHECK(!NT_SUCCESS(MiniportPnp(IRP_MN_QUERY_REMOVE_DEVICE)));
    CHECK_EQ(Upper.NetEvents, 1);
    CHECK_SUCCESS(MiniportPnp(IRP_MN_CANCEL_REMOVE_DEVICE));
    Down();
}
CONFORMANCE(NdisFNetPnPEvent, AFilterMayKeepAnEvent) {
    REQUIRE(Up());
    Filter.SwallowEvents = TRUE;
    Protocol.EventStatus = NDIS_STATUS_FAILURE;
    CHECK_SUCCESS(MiniportPnp(IRP_MN_QUERY_REMOVE_DEVICE));
    CHECK_EQ(Upper.NetEvents, 0);
    CHECK_EQ(Protocol.QueryRemoves, 0);
    CHECK_SUCCESS(MiniportPnp(IRP_MN_CANCEL_REMOVE_DEVICE));
    Down();
}
