/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_filter.h"

TEST_FILTER Filter, Upper;

static VOID CopyName(PWCHAR to, ULONG room, const UNICODE_STRING* from) {
    ULONG bytes = min(from->Length, (room - 1) * sizeof(WCHAR));
    RtlCopyMemory(to, from->Buffer, bytes);
    to[bytes / sizeof(WCHAR)] = 0;
}

/* ---- The module's life */

static NDIS_STATUS NTAPI SetOptions(NDIS_HANDLE handle, NDIS_HANDLE context) {
    TEST_FILTER* filter = context;
    UNREFERENCED_PARAMETER(handle);
    InterlockedIncrement(&filter->Options);
    return filter->SetOptionsStatus;
}
static NDIS_STATUS NTAPI Attach(NDIS_HANDLE module, NDIS_HANDLE context,
                                PNDIS_FILTER_ATTACH_PARAMETERS parameters) {
    TEST_FILTER* filter = context;
    NDIS_FILTER_ATTRIBUTES attributes = {{NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES,
                                          NDIS_FILTER_ATTRIBUTES_REVISION_1,
                                          NDIS_SIZEOF_FILTER_ATTRIBUTES_REVISION_1}};
    InterlockedIncrement(&filter->Attaches);
    filter->Parameters = *parameters;
    CopyName(filter->Name, RTL_NUMBER_OF(filter->Name), parameters->FilterModuleGuidName);
    CopyName(filter->InstanceName, RTL_NUMBER_OF(filter->InstanceName),
             parameters->BaseMiniportInstanceName);
    CopyName(filter->MiniportName, RTL_NUMBER_OF(filter->MiniportName),
             parameters->BaseMiniportName);
    if (filter->AttachStatus != NDIS_STATUS_SUCCESS) return filter->AttachStatus;
    filter->Module = module;
    if (filter->WrongAttributes) attributes.Header.Type = NDIS_OBJECT_TYPE_DEFAULT;
    if (!filter->WithoutAttributes)
        filter->AttributesStatus = NdisFSetAttributes(module, filter, &attributes);
    return filter->AttributesStatus;
}
static VOID NTAPI Detach(NDIS_HANDLE context) {
    InterlockedIncrement(&((TEST_FILTER*)context)->Detaches);
}
static NDIS_STATUS NTAPI ModuleOptions(NDIS_HANDLE context) {
    TEST_FILTER* filter = context;
    NDIS_FILTER_PARTIAL_CHARACTERISTICS none = {
        {NDIS_OBJECT_TYPE_FILTER_PARTIAL_CHARACTERISTICS,
         NDIS_FILTER_PARTIAL_CHARACTERISTICS_REVISION_1,
         NDIS_SIZEOF_FILTER_PARTIAL_CHARACTERISTICS_REVISION_1}};
    InterlockedIncrement(&filter->ModuleOptions);
    if (filter->ModuleBypass)
        filter->OptionsStatus = NdisSetOptionalHandlers(filter->Module, &none.Header);
    return filter->ModuleOptionsStatus;
}
static VOID NTAPI CompleteRestart(PVOID context) {
    TEST_FILTER* filter = context;
    PauseMs(5);
    NdisFRestartComplete(filter->Module, filter->RestartStatus);
}
static NDIS_STATUS NTAPI Restart(NDIS_HANDLE context, PNDIS_FILTER_RESTART_PARAMETERS parameters) {
    TEST_FILTER* filter = context;
    PETHREAD helper;
    InterlockedIncrement(&filter->Restarts);
    filter->RestartOrder = InterlockedIncrement(&TestOrder);
    filter->LowerIndex = parameters->LowerIfIndex;
    if (!filter->RestartPends) return filter->RestartStatus;
    helper = StartHelper(CompleteRestart, filter);
    if (helper == NULL) return NDIS_STATUS_RESOURCES;
    ObDereferenceObject(helper);
    return NDIS_STATUS_PENDING;
}
static VOID CompletePause(PVOID context) { NdisFPauseComplete(((TEST_FILTER*)context)->Module); }
static NDIS_STATUS NTAPI Pause(NDIS_HANDLE context, PNDIS_FILTER_PAUSE_PARAMETERS parameters) {
    TEST_FILTER* filter = context;
    UNREFERENCED_PARAMETER(parameters);
    InterlockedIncrement(&filter->Pauses);
    filter->PauseOrder = InterlockedIncrement(&TestOrder);
    if (!filter->PausePends) return NDIS_STATUS_SUCCESS;
    Later(CompletePause, filter);
    return NDIS_STATUS_PENDING;
}

/* ---- Frames */

static VOID NTAPI Send(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                       ULONG flags) {
    TEST_FILTER* filter = context;
    InterlockedIncrement(&filter->Sends);
    filter->SendOrder = InterlockedIncrement(&TestOrder);
    filter->Sent = lists;
    if (filter->HoldSends) return;
    if (!filter->DropSends) {
        NdisFSendNetBufferLists(filter->Module, lists, port, flags);
        return;
    }
    NET_BUFFER_LIST_STATUS(lists) = NDIS_STATUS_FAILURE;
    NdisFSendNetBufferListsComplete(filter->Module, lists, 0);
}
static VOID NTAPI SendComplete(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags) {
    TEST_FILTER* filter = context;
    InterlockedIncrement(&filter->Completes);
    if (lists->SourceHandle == filter->Module) {
        InterlockedIncrement(&filter->OwnCompletes);
    } else {
        NdisFSendNetBufferListsComplete(filter->Module, lists, flags);
    }
}
static VOID NTAPI CancelSend(NDIS_HANDLE context, PVOID id) {
    TEST_FILTER* filter = context;
    InterlockedIncrement(&filter->Cancels);
    filter->CancelledSend = id;
    NdisFCancelSendNetBufferLists(filter->Module, id);
}
static VOID NTAPI Receive(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                          ULONG count, ULONG flags) {
    TEST_FILTER* filter = context;
    InterlockedIncrement(&filter->Receives);
    filter->ReceiveOrder = InterlockedIncrement(&TestOrder);
    filter->ReceiveFlags = flags;
    if (!filter->DropReceives) {
        NdisFIndicateReceiveNetBufferLists(filter->Module, lists, port, count, flags);
    } else if ((flags & NDIS_RECEIVE_FLAGS_RESOURCES) == 0) {
        NdisFReturnNetBufferLists(filter->Module, lists, 0);
    }
}
static VOID NTAPI Return(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags) {
    TEST_FILTER* filter = context;
    InterlockedIncrement(&filter->Returns);
    if (lists->SourceHandle == filter->Module) {
        InterlockedIncrement(&filter->OwnReturns);
    } else {
        NdisFReturnNetBufferLists(filter->Module, lists, flags);
    }
}

/* ---- Everything else */

static VOID CompleteOid(PVOID context) {
    TEST_FILTER* filter = context;
    NdisFOidRequestComplete(filter->Module, filter->Asked, filter->OidStatus);
}
static NDIS_STATUS EndClone(TEST_FILTER* filter, PNDIS_OID_REQUEST clone, NDIS_STATUS status) {
    PNDIS_OID_REQUEST original = *(PNDIS_OID_REQUEST*)clone->SourceReserved;
    original->DATA = clone->DATA;
    NdisFreeCloneOidRequest(filter->Module, clone);
    return status;
}
static NDIS_STATUS NTAPI Oid(NDIS_HANDLE context, PNDIS_OID_REQUEST request) {
    TEST_FILTER* filter = context;
    PNDIS_OID_REQUEST clone;
    NDIS_STATUS status;
    InterlockedIncrement(&filter->Oids);
    filter->Asked = request;
    if (filter->Oid == OidAnswer) return filter->OidStatus;
    if (filter->Oid == OidPend) {
        Later(CompleteOid, filter);
        return NDIS_STATUS_PENDING;
    }
    status = NdisAllocateCloneOidRequest(filter->Module, request, CONFORMANCE_TAG, &clone);
    if (status != NDIS_STATUS_SUCCESS) return status;
    *(PNDIS_OID_REQUEST*)clone->SourceReserved = request;
    status = NdisFOidRequest(filter->Module, clone);
    return status == NDIS_STATUS_PENDING ? status : EndClone(filter, clone, status);
}
static VOID NTAPI OidComplete(NDIS_HANDLE context, PNDIS_OID_REQUEST request, NDIS_STATUS status) {
    TEST_FILTER* filter = context;
    PNDIS_OID_REQUEST original = *(PNDIS_OID_REQUEST*)request->SourceReserved;
    filter->Answer = status;
    InterlockedIncrement(&filter->OidAnswers);
    if (original == NULL) return; /* the test's own */
    EndClone(filter, request, status);
    NdisFOidRequestComplete(filter->Module, original, status);
}
static VOID NTAPI CancelOid(NDIS_HANDLE context, PVOID id) {
    TEST_FILTER* filter = context;
    InterlockedIncrement(&filter->OidCancels);
    filter->CancelledRequest = id;
    NdisFCancelOidRequest(filter->Module, id);
}
static VOID NTAPI DeviceEvent(NDIS_HANDLE context, PNET_DEVICE_PNP_EVENT event) {
    TEST_FILTER* filter = context;
    InterlockedIncrement(&filter->DeviceEvents);
    if (!filter->SwallowEvents) NdisFDevicePnPEventNotify(filter->Module, event);
}
static NDIS_STATUS NTAPI NetEvent(NDIS_HANDLE context, PNET_PNP_EVENT_NOTIFICATION event) {
    TEST_FILTER* filter = context;
    InterlockedIncrement(&filter->NetEvents);
    return filter->SwallowEvents ? NDIS_STATUS_SUCCESS : NdisFNetPnPEvent(filter->Module, event);
}
static VOID NTAPI Status(NDIS_HANDLE context, PNDIS_STATUS_INDICATION indication) {
    TEST_FILTER* filter = context;
    InterlockedIncrement(&filter->Indicated);
    if (!filter->SwallowStatus) NdisFIndicateStatus(filter->Module, indication);
}

const NDIS_FILTER_DRIVER_CHARACTERISTICS FilterCharacteristics = {
    .Header = {NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS,
               NDIS_FILTER_CHARACTERISTICS_REVISION_1,
               NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_1},
    .MajorNdisVersion = 6,
    .MinorNdisVersion = 20,
    .FriendlyName = RTL_CONSTANT_STRING(L"Conformance filter"),
    .UniqueName = RTL_CONSTANT_STRING(L"{5CBF81BD-5055-47CD-9055-A76B2B4E3697}"),
    .ServiceName = RTL_CONSTANT_STRING(L"ConformanceFilter"),
    .SetOptionsHandler = SetOptions,
    .AttachHandler = Attach,
    .DetachHandler = Detach,
    .RestartHandler = Restart,
    .PauseHandler = Pause,
    .SendNetBufferListsHandler = Send,
    .SendNetBufferListsCompleteHandler = SendComplete,
    .CancelSendNetBufferListsHandler = CancelSend,
    .ReceiveNetBufferListsHandler = Receive,
    .ReturnNetBufferListsHandler = Return,
    .OidRequestHandler = Oid,
    .OidRequestCompleteHandler = OidComplete,
    .CancelOidRequestHandler = CancelOid,
    .DevicePnPEventNotifyHandler = DeviceEvent,
    .NetPnPEventHandler = NetEvent,
    .StatusHandler = Status,
};

VOID FilterNew(TEST_FILTER* filter) { RtlZeroMemory(filter, sizeof(*filter)); }
NDIS_STATUS FilterUp(TEST_FILTER* filter) {
    NDIS_FILTER_DRIVER_CHARACTERISTICS characteristics = FilterCharacteristics;
    if (filter->HasModuleOptions) characteristics.SetFilterModuleOptionsHandler = ModuleOptions;
    if (filter->Bypass) {
        characteristics.SendNetBufferListsHandler = NULL;
        characteristics.SendNetBufferListsCompleteHandler = NULL;
        characteristics.CancelSendNetBufferListsHandler = NULL;
        characteristics.ReceiveNetBufferListsHandler = NULL;
        characteristics.ReturnNetBufferListsHandler = NULL;
        characteristics.OidRequestHandler = NULL;
        characteristics.CancelOidRequestHandler = NULL;
        characteristics.DevicePnPEventNotifyHandler = NULL;
        characteristics.NetPnPEventHandler = NULL;
        characteristics.StatusHandler = NULL;
    }
    return NdisFRegisterFilterDriver(ConformanceDriver, filter, &characteristics, &filter->Handle);
}
VOID FilterDown(TEST_FILTER* filter) {
    NdisFDeregisterFilterDriver(filter->Handle);
    filter->Handle = NULL;
}
