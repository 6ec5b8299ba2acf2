/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_protocol.h"

TEST_PROTOCOL Protocol, Other;
volatile LONG TestOrder;
PVOID MiniportCancelledSend, MiniportCancelledRequest;
volatile LONG MiniportEvents;
NDIS_DEVICE_PNP_EVENT MiniportEvent;

/* ---- The miniport's other handlers */

static VOID NTAPI CancelSend(NDIS_HANDLE context, PVOID id) {
    UNREFERENCED_PARAMETER(context);
    MiniportCancelledSend = id;
}
static VOID NTAPI CancelOid(NDIS_HANDLE context, PVOID id) {
    UNREFERENCED_PARAMETER(context);
    MiniportCancelledRequest = id;
}
static VOID NTAPI PnpEvent(NDIS_HANDLE context, PNET_DEVICE_PNP_EVENT event) {
    UNREFERENCED_PARAMETER(context);
    MiniportEvent = event->DevicePnPEvent;
    InterlockedIncrement(&MiniportEvents);
}
CONFORMANCE_AT_LOAD(MiniportHandlers) {
    UNREFERENCED_PARAMETER(DriverObject);
    MiniportCharacteristics.CancelSendHandler = CancelSend;
    MiniportCharacteristics.CancelOidRequestHandler = CancelOid;
    MiniportCharacteristics.DevicePnPEventNotifyHandler = PnpEvent;
}

/* ---- Later */

static KTIMER timer;
static KDPC dpc;
static LATER_ROUTINE* laterRoutine;

static VOID NTAPI Due(PKDPC self, PVOID context, PVOID one, PVOID two) {
    UNREFERENCED_PARAMETER(self);
    UNREFERENCED_PARAMETER(one);
    UNREFERENCED_PARAMETER(two);
    laterRoutine(context);
}
VOID Later(LATER_ROUTINE* routine, PVOID context) {
    laterRoutine = routine;
    KeInitializeTimer(&timer);
    KeInitializeDpc(&dpc, Due, context);
    KeSetTimer(&timer, RelativeMs(5), &dpc);
}

/* ---- The protocol */

static VOID CopyName(PWCHAR to, ULONG room, const UNICODE_STRING* from) {
    ULONG bytes = min(from->Length, (room - 1) * sizeof(WCHAR));
    RtlCopyMemory(to, from->Buffer, bytes);
    to[bytes / sizeof(WCHAR)] = 0;
}

VOID NewOid(PNDIS_OID_REQUEST request, NDIS_REQUEST_TYPE type, NDIS_OID oid, PVOID buffer,
            ULONG bytes) {
    RtlZeroMemory(request, sizeof(*request));
    request->Header.Type = NDIS_OBJECT_TYPE_OID_REQUEST;
    request->Header.Revision = NDIS_OID_REQUEST_REVISION_1;
    request->Header.Size = NDIS_SIZEOF_OID_REQUEST_REVISION_1;
    request->RequestType = type;
    request->DATA.QUERY_INFORMATION.Oid = oid;
    request->DATA.QUERY_INFORMATION.InformationBuffer = buffer;
    request->DATA.QUERY_INFORMATION.InformationBufferLength = bytes;
}

static VOID CompleteBind(PVOID context) {
    NdisCompleteBindAdapterEx(((TEST_PROTOCOL*)context)->BindContext, NDIS_STATUS_SUCCESS);
}
static VOID CompleteUnbind(PVOID context) {
    InterlockedIncrement(&((TEST_PROTOCOL*)context)->Unbinds);
    NdisCompleteUnbindAdapterEx(((TEST_PROTOCOL*)context)->UnbindContext);
}

static NDIS_STATUS SetFilter(TEST_PROTOCOL* protocol, ULONG filter) {
    NDIS_OID_REQUEST request;
    NewOid(&request, NdisRequestSetInformation, OID_GEN_CURRENT_PACKET_FILTER, &filter,
           sizeof(filter));
    return NdisOidRequest(protocol->Binding, &request);
}

static NDIS_STATUS NTAPI Bind(NDIS_HANDLE context, NDIS_HANDLE bind,
                              PNDIS_BIND_PARAMETERS parameters) {
    TEST_PROTOCOL* protocol = context;
    NDIS_MEDIUM media[2] = {NdisMediumTunnel, protocol->Medium};
    UNICODE_STRING name = *parameters->AdapterName;
    NDIS_OPEN_PARAMETERS open = {{NDIS_OBJECT_TYPE_OPEN_PARAMETERS, NDIS_OPEN_PARAMETERS_REVISION_1,
                                  NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1}};
    InterlockedIncrement(&protocol->Binds);
    protocol->BindContext = bind;
    protocol->Parameters = *parameters;
    protocol->Power = *parameters->PowerManagementCapabilitiesEx;
    CopyName(protocol->AdapterName, RTL_NUMBER_OF(protocol->AdapterName), &name);
    CopyName(protocol->Section, RTL_NUMBER_OF(protocol->Section), parameters->ProtocolSection);
    if (protocol->DoNotOpen) return NDIS_STATUS_FAILURE;
    if (protocol->OpenName != NULL) RtlInitUnicodeString(&name, protocol->OpenName);
    open.AdapterName = &name;
    open.MediumArray = media;
    open.MediumArraySize = 2;
    open.SelectedMediumIndex = &protocol->MediumIndex;
    protocol->OpenStatus =
        NdisOpenAdapterEx(protocol->Handle, protocol, &open, protocol->WithoutContext ? NULL : bind,
                          &protocol->Binding);
    if (protocol->OpenStatus != NDIS_STATUS_SUCCESS) return protocol->OpenStatus;
    if (protocol->PacketFilter != 0)
        protocol->FilterStatus = SetFilter(protocol, protocol->PacketFilter);
    if (protocol->BindStatus != NDIS_STATUS_SUCCESS && !protocol->LeaveOpen)
        CHECK_STATUS(NdisCloseAdapterEx(protocol->Binding), NDIS_STATUS_SUCCESS);
    if (!protocol->BindPends) return protocol->BindStatus;
    Later(CompleteBind, protocol);
    return NDIS_STATUS_PENDING;
}
static NDIS_STATUS NTAPI Unbind(NDIS_HANDLE unbind, NDIS_HANDLE context) {
    TEST_PROTOCOL* protocol = context;
    protocol->UnbindContext = unbind;
    if (!protocol->LeaveOpen)
        CHECK_STATUS(NdisCloseAdapterEx(protocol->Binding), NDIS_STATUS_SUCCESS);
    if (protocol->UnbindPends) {
        Later(CompleteUnbind, protocol);
        return NDIS_STATUS_PENDING;
    }
    InterlockedIncrement(&protocol->Unbinds);
    return NDIS_STATUS_SUCCESS;
}
static VOID NTAPI OpenComplete(NDIS_HANDLE context, NDIS_STATUS status) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(status);
}
static VOID NTAPI CloseComplete(NDIS_HANDLE context) { UNREFERENCED_PARAMETER(context); }

static TEST_PROTOCOL* pending;
static PNET_PNP_EVENT_NOTIFICATION pendingEvent;
static KSTART_ROUTINE CompleteEvent;
static VOID NTAPI CompleteEvent(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    PauseMs(5);
    NdisCompleteNetPnPEvent(pending->Binding, pendingEvent, pending->EventStatus);
}

static NDIS_STATUS NTAPI Event(NDIS_HANDLE context, PNET_PNP_EVENT_NOTIFICATION event) {
    TEST_PROTOCOL* protocol = context;
    PNDIS_PROTOCOL_RESTART_PARAMETERS restart = event->NetPnPEvent.Buffer;
    switch (event->NetPnPEvent.NetEvent) {
        case NetEventBindsComplete: /* with no context: the test has one protocol then */
            InterlockedIncrement(&Protocol.BindsCompletes);
            Protocol.EventHadContext = context != NULL;
            return NDIS_STATUS_SUCCESS;
        case NetEventRestart:
            protocol->BoundIndex = restart->BoundIfIndex;
            protocol->ModuleNameBytes = restart->FilterModuleNameBufferLength;
            if (protocol->ModuleNameBytes != 0)
                RtlCopyMemory(protocol->ModuleNames, restart->FilterModuleNameBuffer,
                              min(protocol->ModuleNameBytes, sizeof(protocol->ModuleNames)));
            InterlockedIncrement(&protocol->Restarts);
            return NDIS_STATUS_SUCCESS;
        case NetEventPause:
            protocol->Order = InterlockedIncrement(&TestOrder);
            InterlockedIncrement(&protocol->Pauses);
            return NDIS_STATUS_SUCCESS;
        case NetEventQueryRemoveDevice: {
            InterlockedIncrement(&protocol->QueryRemoves);
            if (!protocol->EventPends) return protocol->EventStatus;
            PETHREAD helper;
            pending = protocol;
            pendingEvent = event;
            helper = StartHelper(CompleteEvent, NULL);
            if (helper == NULL) return NDIS_STATUS_FAILURE;
            ObDereferenceObject(helper);
            return NDIS_STATUS_PENDING;
        }
        case NetEventCancelRemoveDevice:
            InterlockedIncrement(&protocol->CancelRemoves);
            return NDIS_STATUS_SUCCESS;
        default:
            return NDIS_STATUS_SUCCESS;
    }
}
static VOID NTAPI OidComplete(NDIS_HANDLE context, PNDIS_OID_REQUEST request, NDIS_STATUS status) {
    TEST_PROTOCOL* protocol = context;
    protocol->Answered = request;
    protocol->Answer = status;
    InterlockedIncrement(&protocol->Answers);
}
static VOID NTAPI Status(NDIS_HANDLE context, PNDIS_STATUS_INDICATION indication) {
    TEST_PROTOCOL* protocol = context;
    protocol->StatusCode = indication->StatusCode;
    InterlockedIncrement(&protocol->Indicated);
}
static VOID NTAPI Receive(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                          ULONG count, ULONG flags) {
    TEST_PROTOCOL* protocol = context;
    PNET_BUFFER buffer = NET_BUFFER_LIST_FIRST_NB(lists);
    PVOID data;
    UNREFERENCED_PARAMETER(port);
    protocol->FrameBytes = NET_BUFFER_DATA_LENGTH(buffer);
    if (protocol->FrameBytes <= sizeof(protocol->Frame)) {
        data = NdisGetDataBuffer(buffer, protocol->FrameBytes, protocol->Frame, 1, 0);
        if (data != protocol->Frame) RtlCopyMemory(protocol->Frame, data, protocol->FrameBytes);
    }
    protocol->Received = lists;
    protocol->ReceivedCount = count;
    protocol->ReceiveFlags = flags;
    InterlockedIncrement(&protocol->Receives);
    if ((flags & NDIS_RECEIVE_FLAGS_RESOURCES) == 0 && !protocol->KeepReceived)
        NdisReturnNetBufferLists(protocol->Binding, lists, 0);
}
static VOID NTAPI SendComplete(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags) {
    TEST_PROTOCOL* protocol = context;
    protocol->Completed = lists;
    protocol->CompletedStatus = NET_BUFFER_LIST_STATUS(lists);
    protocol->CompleteFlags = flags;
    InterlockedIncrement(&protocol->Completes);
}

const NDIS_PROTOCOL_DRIVER_CHARACTERISTICS ProtocolCharacteristics = {
    .Header = {NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS,
               NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1,
               NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1},
    .MajorNdisVersion = 6,
    .MinorNdisVersion = 20,
    .Name = RTL_CONSTANT_STRING(L"ConformanceProtocol"),
    .BindAdapterHandlerEx = Bind,
    .UnbindAdapterHandlerEx = Unbind,
    .OpenAdapterCompleteHandlerEx = OpenComplete,
    .CloseAdapterCompleteHandlerEx = CloseComplete,
    .NetPnPEventHandler = Event,
    .OidRequestCompleteHandler = OidComplete,
    .StatusHandlerEx = Status,
    .ReceiveNetBufferListsHandler = Receive,
    .SendNetBufferListsCompleteHandler = SendComplete,
};

VOID ProtocolNew(TEST_PROTOCOL* protocol) {
    RtlZeroMemory(protocol, sizeof(*protocol));
    protocol->Medium = NdisMedium802_3;
    protocol->PacketFilter = NDIS_PACKET_TYPE_DIRECTED;
}
NDIS_STATUS ProtocolUp(TEST_PROTOCOL* protocol) {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = ProtocolCharacteristics;
    return NdisRegisterProtocolDriver(protocol, &characteristics, &protocol->Handle);
}
VOID ProtocolDown(TEST_PROTOCOL* protocol) {
    NdisDeregisterProtocolDriver(protocol->Handle);
    protocol->Handle = NULL;
}
