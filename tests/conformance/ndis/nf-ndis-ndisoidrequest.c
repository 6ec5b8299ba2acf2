/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_protocol.h"

static NDIS_OID_REQUEST request;
static ULONG value;

static BOOLEAN Up(VOID) {
    MiniportNew();
    ProtocolNew(&Protocol);
    if (!MiniportUp() || ProtocolUp(&Protocol) != NDIS_STATUS_SUCCESS) return FALSE;
    Miniport.Requests = 0;
    NewOid(&request, NdisRequestQueryInformation, OID_GEN_MAXIMUM_FRAME_SIZE, &value,
           sizeof(value));
    return TRUE;
}
static VOID Down(VOID) {
    ProtocolDown(&Protocol);
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

CONFORMANCE(NdisOidRequest, AsksTheMiniport) {
    REQUIRE(Up());
    Miniport.OidStatus = NDIS_STATUS_NOT_SUPPORTED;
    CHECK_STATUS(Ask(), NDIS_STATUS_NOT_SUPPORTED);
    CHECK_EQ(Miniport.Requests, 1);
    CHECK_EQ(Miniport.LastOid, OID_GEN_MAXIMUM_FRAME_SIZE);
    Miniport.OidStatus = NDIS_STATUS_SUCCESS;
    CHECK_STATUS(Ask(), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Miniport.Requests, 2);
    Down();
}
CONFORMANCE(NdisOidRequest, IsAnsweredLaterAtDispatchLevel) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    REQUIRE(Up());
    Miniport.OidStatus = NDIS_STATUS_INVALID_LENGTH;
    AT_IRQL(DISPATCH_LEVEL, status = NdisOidRequest(Protocol.Binding, &request));
    CHECK_STATUS(status, NDIS_STATUS_PENDING);
    CHECK(EVENTUALLY(Protocol.Answers == 1));
    CHECK_STATUS(Protocol.Answer, NDIS_STATUS_INVALID_LENGTH);
    CHECK(Protocol.Answered == &request);
    Down();
}
static VOID Answer(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    NdisMOidRequestComplete(Miniport.Adapter, Miniport.Request, NDIS_STATUS_SUCCESS);
}
CONFORMANCE(NdisOidRequest, WaitsForAMiniportThatTakesItsTime) {
    REQUIRE(Up());
    Miniport.OidStatus = NDIS_STATUS_PENDING;
    Later(Answer, NULL);
    CHECK_STATUS(Ask(), NDIS_STATUS_SUCCESS);
    Miniport.OidStatus = NDIS_STATUS_SUCCESS;
    Down();
}
CONFORMANCE(NdisOidRequest, RefusesWhatIsNoRequest) {
    REQUIRE(Up());
    request.Header.Type = NDIS_OBJECT_TYPE_DEFAULT;
    CHECK_STATUS(NdisOidRequest(Protocol.Binding, &request), NDIS_STATUS_INVALID_PARAMETER);
    CHECK_EQ(Miniport.Requests, 0);
    Down();
}
static NDIS_STATUS Filter(TEST_PROTOCOL* protocol, ULONG filter) {
    NDIS_STATUS status;
    value = filter;
    NewOid(&request, NdisRequestSetInformation, OID_GEN_CURRENT_PACKET_FILTER, &value,
           sizeof(value));
    protocol->Answers = 0;
    status = NdisOidRequest(protocol->Binding, &request);
    if (status != NDIS_STATUS_PENDING) return status;
    CHECK(EVENTUALLY(protocol->Answers == 1));
    return protocol->Answer;
}
CONFORMANCE(NdisOidRequest, EachBindingHasAPacketFilterOfItsOwn) {
    REQUIRE(Up());
    ProtocolNew(&Other);
    CHECK_STATUS(ProtocolUp(&Other), NDIS_STATUS_SUCCESS);
    CHECK_STATUS(Filter(&Other, NDIS_PACKET_TYPE_PROMISCUOUS), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Miniport.LastValue, NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_PROMISCUOUS);
    CHECK_EQ(value, NDIS_PACKET_TYPE_PROMISCUOUS);
    CHECK_STATUS(Filter(&Other, 0), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Miniport.LastValue, NDIS_PACKET_TYPE_DIRECTED);
    NewOid(&request, NdisRequestQueryInformation, OID_GEN_CURRENT_PACKET_FILTER, &value,
           sizeof(value));
    CHECK_STATUS(Ask(), NDIS_STATUS_SUCCESS);
    CHECK_EQ(value, NDIS_PACKET_TYPE_DIRECTED);
    CHECK_EQ(request.DATA.QUERY_INFORMATION.BytesWritten, sizeof(ULONG));
    ProtocolDown(&Other);
    Down();
}

CONFORMANCE(NdisCancelOidRequest, TellsTheMiniport) {
    REQUIRE(Up());
    MiniportCancelledRequest = NULL;
    AT_IRQL(DISPATCH_LEVEL, NdisCancelOidRequest(Protocol.Binding, &value));
    CHECK(MiniportCancelledRequest == &value);
    Down();
}
CONFORMANCE(NdisCancelOidRequest, ARequestEndsAsItIsAnswered) {
    PNDIS_OID_REQUEST asked = &request;
    REQUIRE(Up());
    Miniport.OidStatus = NDIS_STATUS_PENDING;
    request.RequestId = &value;
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_STATUS(NdisOidRequest(Protocol.Binding, asked), NDIS_STATUS_PENDING));
    CHECK(EVENTUALLY(Miniport.Requests == 1));
    CHECK(Miniport.Request->RequestId == &value);
    NdisCancelOidRequest(Protocol.Binding, &value);
    NdisMOidRequestComplete(Miniport.Adapter, Miniport.Request, NDIS_STATUS_REQUEST_ABORTED);
    CHECK(EVENTUALLY(Protocol.Answers == 1));
    CHECK_STATUS(Protocol.Answer, NDIS_STATUS_REQUEST_ABORTED);
    Miniport.OidStatus = NDIS_STATUS_SUCCESS;
    Down();
}
