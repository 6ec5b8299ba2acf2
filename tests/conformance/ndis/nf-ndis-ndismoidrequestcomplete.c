/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static NDIS_OID_REQUEST request;
static ULONG value;
static NDIS_STATUS answer;
static volatile LONG answered;

static VOID NewRequest(VOID) {
    RtlZeroMemory(&request, sizeof(request));
    request.Header.Type = NDIS_OBJECT_TYPE_OID_REQUEST;
    request.Header.Revision = NDIS_OID_REQUEST_REVISION_1;
    request.Header.Size = NDIS_SIZEOF_OID_REQUEST_REVISION_1;
    request.RequestType = NdisRequestQueryInformation;
    request.DATA.QUERY_INFORMATION.Oid = OID_GEN_MAXIMUM_FRAME_SIZE;
    request.DATA.QUERY_INFORMATION.InformationBuffer = &value;
    request.DATA.QUERY_INFORMATION.InformationBufferLength = sizeof(value);
    answered = 0;
}
static VOID NTAPI Ask(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    answer = RslNdisRequest(Binding.Adapter, &request);
    InterlockedIncrement(&answered);
}

CONFORMANCE(NdisMOidRequestComplete, EndsAPendingRequest) {
    PETHREAD thread;
    MiniportNew();
    Miniport.OidStatus = NDIS_STATUS_PENDING;
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    NewRequest();
    thread = StartHelper(Ask, NULL);
    CHECK(EVENTUALLY(Miniport.Requests == 1));
    CHECK(Miniport.Request == &request);
    PauseMs(20);
    CHECK_EQ(answered, 0);
    value = 1500;
    AT_IRQL(DISPATCH_LEVEL,
            NdisMOidRequestComplete(Miniport.Adapter, Miniport.Request, NDIS_STATUS_SUCCESS));
    CHECK(EndHelper(thread));
    CHECK_STATUS(answer, NDIS_STATUS_SUCCESS);
    BindDown();
    MiniportDown();
}
CONFORMANCE(NdisMOidRequestComplete, GivesTheStatusOn) {
    PETHREAD thread;
    MiniportNew();
    Miniport.OidStatus = NDIS_STATUS_PENDING;
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    NewRequest();
    thread = StartHelper(Ask, NULL);
    CHECK(EVENTUALLY(Miniport.Requests == 1));
    NdisMOidRequestComplete(Miniport.Adapter, &request, NDIS_STATUS_INVALID_LENGTH);
    CHECK(EndHelper(thread));
    CHECK_STATUS(answer, NDIS_STATUS_INVALID_LENGTH);
    BindDown();
    MiniportDown();
}
CONFORMANCE(NdisMOidRequestComplete, AMiniportHasOneRequestAtATime) {
    PETHREAD first, second;
    MiniportNew();
    Miniport.OidStatus = NDIS_STATUS_PENDING;
    REQUIRE(MiniportUp());
    CHECK(BindUp());
    NewRequest();
    first = StartHelper(Ask, NULL);
    CHECK(EVENTUALLY(Miniport.Requests == 1));
    second = StartHelper(Ask, NULL);
    PauseMs(20);
    CHECK_EQ(Miniport.Requests, 1);
    NdisMOidRequestComplete(Miniport.Adapter, &request, NDIS_STATUS_SUCCESS);
    CHECK(EndHelper(first));
    CHECK(EVENTUALLY(Miniport.Requests == 2));
    NdisMOidRequestComplete(Miniport.Adapter, &request, NDIS_STATUS_SUCCESS);
    CHECK(EndHelper(second));
    BindDown();
    MiniportDown();
}
