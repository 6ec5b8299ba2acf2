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

static const UCHAR addresses[18] = {1, 0, 0x5E, 0, 0, 1, 1, 0, 0x5E, 0, 0, 2, 1, 0, 0x5E, 0, 0, 3};
static NDIS_STATUS SetMulticast(TEST_PROTOCOL* protocol, ULONG first, ULONG count) {
    static UCHAR list[sizeof(addresses)];
    NDIS_STATUS status;
    RtlCopyMemory(list, addresses + first * 6, count * 6);
    NewOid(&request, NdisRequestSetInformation, OID_802_3_MULTICAST_LIST, list, count * 6);
    protocol->Answers = 0;
    status = NdisOidRequest(protocol->Binding, &request);
    if (status != NDIS_STATUS_PENDING) return status;
    CHECK(EVENTUALLY(protocol->Answers == 1));
    return protocol->Answer;
}
static UCHAR given[32];
static ULONG givenBytes;
static NDIS_STATUS NTAPI TakesMulticast(NDIS_HANDLE context, PNDIS_OID_REQUEST asked) {
    UNREFERENCED_PARAMETER(context);
    if (asked->DATA.SET_INFORMATION.Oid == OID_802_3_MULTICAST_LIST) {
        givenBytes = asked->DATA.SET_INFORMATION.InformationBufferLength;
        RtlCopyMemory(given, asked->DATA.SET_INFORMATION.InformationBuffer, min(givenBytes, 32));
    }
    return NDIS_STATUS_SUCCESS;
}
static BOOLEAN Gave(ULONG address) {
    for (ULONG at = 0; at < givenBytes; at += 6) {
        if (RtlCompareMemory(given + at, addresses + address * 6, 6) == 6) return TRUE;
    }
    return FALSE;
}
static NDIS_STATUS NTAPI AttachOnly(NDIS_HANDLE module, NDIS_HANDLE context,
                                    PNDIS_FILTER_ATTACH_PARAMETERS parameters) {
    NDIS_FILTER_ATTRIBUTES attributes = {{NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES,
                                          NDIS_FILTER_ATTRIBUTES_REVISION_1,
                                          NDIS_SIZEOF_FILTER_ATTRIBUTES_REVISION_1}};
    UNREFERENCED_PARAMETER(parameters);
    return NdisFSetAttributes(module, context, &attributes);
}
static VOID NTAPI DetachOnly(NDIS_HANDLE context) { UNREFERENCED_PARAMETER(context); }
static NDIS_STATUS NTAPI RestartOnly(NDIS_HANDLE context,
                                     PNDIS_FILTER_RESTART_PARAMETERS parameters) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(parameters);
    return NDIS_STATUS_SUCCESS;
}
static NDIS_STATUS NTAPI PauseOnly(NDIS_HANDLE context, PNDIS_FILTER_PAUSE_PARAMETERS parameters) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(parameters);
    return NDIS_STATUS_SUCCESS;
}
/* A filter stands for the miniport here, so that the list can be looked at while it is there. */
CONFORMANCE(NdisOidRequest, EachBindingHasAMulticastListOfItsOwn) {
    NDIS_FILTER_DRIVER_CHARACTERISTICS characteristics = {
        .Header = {NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS,
                   NDIS_FILTER_CHARACTERISTICS_REVISION_1,
                   NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_1},
        .MajorNdisVersion = 6,
        .UniqueName = RTL_CONSTANT_STRING(L"{5CBF81BD-5055-47CD-9055-A76B2B4E3698}"),
        .AttachHandler = AttachOnly,
        .DetachHandler = DetachOnly,
        .RestartHandler = RestartOnly,
        .PauseHandler = PauseOnly,
        .OidRequestHandler = TakesMulticast,
    };
    NDIS_HANDLE filter;
    UCHAR list[32];
    REQUIRE(Up());
    REQUIRE(NdisFRegisterFilterDriver(ConformanceDriver, &filter, &characteristics, &filter) ==
            NDIS_STATUS_SUCCESS);
    ProtocolNew(&Other);
    CHECK_STATUS(ProtocolUp(&Other), NDIS_STATUS_SUCCESS);
    CHECK_STATUS(SetMulticast(&Protocol, 0, 2), NDIS_STATUS_SUCCESS);
    CHECK_EQ(givenBytes, 12);
    CHECK_STATUS(SetMulticast(&Other, 1, 2), NDIS_STATUS_SUCCESS);
    CHECK_EQ(givenBytes, 18);
    CHECK(Gave(0) && Gave(1) && Gave(2));
    NewOid(&request, NdisRequestQueryInformation, OID_802_3_MULTICAST_LIST, list, sizeof(list));
    CHECK_STATUS(Ask(), NDIS_STATUS_SUCCESS);
    CHECK_EQ(request.DATA.QUERY_INFORMATION.BytesWritten, 12);
    CHECK_BYTES(list, addresses, 12);
    ProtocolDown(&Protocol);
    CHECK_EQ(givenBytes, 12);
    CHECK(!Gave(0) && Gave(1) && Gave(2));
    ProtocolDown(&Other);
    NdisFDeregisterFilterDriver(filter);
    MiniportDown();
}
