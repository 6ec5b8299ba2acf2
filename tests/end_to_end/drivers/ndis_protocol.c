/* SPDX-License-Identifier: GPL-2.0-only */
/* A protocol driver for tests, driven by requests: each binding has a slot, in the order of the
 * adapters. Frames are copied and go back at once. */
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntddk.h>

#include "abi/functions/ndis.h"

#define CODE(n) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)
#define STATE   CODE(0) /* ULONG slot -> struct state */
#define SEND    CODE(1) /* ULONG slot, frame -> NDIS_STATUS */
#define RECEIVE CODE(2) /* ULONG slot, ULONG milliseconds -> frame; nothing in time: no bytes */
#define OID     CODE(3) /* ULONG slot, ULONG type, ULONG oid, data -> NDIS_STATUS, data */

#define SLOTS       4
#define FRAME_BYTES 2048
#define QUEUED      64
#define TAG         'torP'

struct state {
    ULONG bound, running, restarts, pauses, statuses, link, resources;
    WCHAR name[64];
};
struct slot {
    struct state state;
    NDIS_HANDLE binding, pool;
    KEVENT sent, came, answered;
    KSPIN_LOCK lock; /* of the queue */
    ULONG head, count;
    struct {
        ULONG bytes;
        UCHAR data[FRAME_BYTES];
    } queue[QUEUED];
    NDIS_STATUS send_status, answer;
};

static NDIS_HANDLE protocol_handle;
static struct slot* slots[SLOTS];
static EX_RUNDOWN_REF users[SLOTS]; /* a request that works with the slot */
static PDEVICE_OBJECT control_device;

/* ---- The binding */

static NDIS_STATUS request(struct slot* slot, NDIS_REQUEST_TYPE type, NDIS_OID oid, PVOID buffer,
                           ULONG bytes, ULONG* written) {
    NDIS_OID_REQUEST oid_request = {{NDIS_OBJECT_TYPE_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1,
                                     NDIS_SIZEOF_OID_REQUEST_REVISION_1}};
    NDIS_STATUS status;
    oid_request.RequestType = type;
    oid_request.DATA.QUERY_INFORMATION.Oid = oid;
    oid_request.DATA.QUERY_INFORMATION.InformationBuffer = buffer;
    oid_request.DATA.QUERY_INFORMATION.InformationBufferLength = bytes;
    KeClearEvent(&slot->answered);
    status = NdisOidRequest(slot->binding, &oid_request);
    if (status == NDIS_STATUS_PENDING) {
        KeWaitForSingleObject(&slot->answered, Executive, KernelMode, FALSE, NULL);
        status = slot->answer;
    }
    if (written != NULL) *written = oid_request.DATA.QUERY_INFORMATION.BytesWritten;
    return status;
}

static void free_slot(struct slot* slot) {
    if (slot->pool != NULL) NdisFreeNetBufferListPool(slot->pool);
    ExFreePoolWithTag(slot, TAG);
}

static struct slot* make_slot(const UNICODE_STRING* name) {
    NET_BUFFER_LIST_POOL_PARAMETERS parameters = {
        {NDIS_OBJECT_TYPE_DEFAULT, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
         NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    struct slot* slot = ExAllocatePoolWithTag(NonPagedPool, sizeof(*slot), TAG);
    if (slot == NULL) return NULL;
    RtlZeroMemory(slot, sizeof(*slot));
    KeInitializeEvent(&slot->sent, NotificationEvent, FALSE);
    KeInitializeEvent(&slot->came, NotificationEvent, FALSE);
    KeInitializeEvent(&slot->answered, NotificationEvent, FALSE);
    KeInitializeSpinLock(&slot->lock);
    RtlCopyMemory(slot->state.name, name->Buffer,
                  min(name->Length, sizeof(slot->state.name) - sizeof(WCHAR)));
    parameters.fAllocateNetBuffer = TRUE;
    parameters.PoolTag = TAG;
    slot->pool = NdisAllocateNetBufferListPool(protocol_handle, &parameters);
    if (slot->pool != NULL) return slot;
    free_slot(slot);
    return NULL;
}

static NDIS_STATUS NTAPI bind(NDIS_HANDLE context, NDIS_HANDLE bind_context,
                              PNDIS_BIND_PARAMETERS parameters) {
    NDIS_MEDIUM medium = NdisMedium802_3;
    NDIS_UINT selected;
    ULONG filter = NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_BROADCAST, place = 0;
    NDIS_OPEN_PARAMETERS open = {{NDIS_OBJECT_TYPE_OPEN_PARAMETERS, NDIS_OPEN_PARAMETERS_REVISION_1,
                                  NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1}};
    struct slot* slot;
    NDIS_STATUS status;
    (void)context;
    while (place < SLOTS && slots[place] != NULL) ++place;
    slot = place == SLOTS ? NULL : make_slot(parameters->AdapterName);
    if (slot == NULL) return NDIS_STATUS_RESOURCES;
    open.AdapterName = parameters->AdapterName;
    open.MediumArray = &medium;
    open.MediumArraySize = 1;
    open.SelectedMediumIndex = &selected;
    status = NdisOpenAdapterEx(protocol_handle, slot, &open, bind_context, &slot->binding);
    if (status == NDIS_STATUS_SUCCESS) {
        status = request(slot, NdisRequestSetInformation, OID_GEN_CURRENT_PACKET_FILTER, &filter,
                         sizeof(filter), NULL);
        if (status != NDIS_STATUS_SUCCESS) NdisCloseAdapterEx(slot->binding);
    }
    if (status != NDIS_STATUS_SUCCESS) {
        free_slot(slot);
        return status;
    }
    slot->state.bound = 1;
    slots[place] = slot;
    ExReInitializeRundownProtection(&users[place]);
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI unbind(NDIS_HANDLE unbind_context, NDIS_HANDLE context) {
    struct slot* slot = context;
    ULONG none = 0;
    (void)unbind_context;
    for (ULONG i = 0; i < SLOTS; ++i) {
        if (slots[i] != slot) continue;
        ExWaitForRundownProtectionRelease(&users[i]);
        slots[i] = NULL;
    }
    request(slot, NdisRequestSetInformation, OID_GEN_CURRENT_PACKET_FILTER, &none, sizeof(none),
            NULL);
    NdisCloseAdapterEx(slot->binding);
    free_slot(slot);
    return NDIS_STATUS_SUCCESS;
}
static VOID NTAPI open_complete(NDIS_HANDLE context, NDIS_STATUS status) {
    (void)context, (void)status;
}
static VOID NTAPI close_complete(NDIS_HANDLE context) { (void)context; }

static NDIS_STATUS NTAPI event(NDIS_HANDLE context, PNET_PNP_EVENT_NOTIFICATION notification) {
    struct slot* slot = context;
    if (notification->NetPnPEvent.NetEvent == NetEventPause) {
        slot->state.running = 0;
        ++slot->state.pauses;
    }
    if (notification->NetPnPEvent.NetEvent == NetEventRestart) {
        slot->state.running = 1;
        ++slot->state.restarts;
    }
    return NDIS_STATUS_SUCCESS;
}
static VOID NTAPI answered(NDIS_HANDLE context, PNDIS_OID_REQUEST oid_request, NDIS_STATUS status) {
    struct slot* slot = context;
    (void)oid_request;
    slot->answer = status;
    KeSetEvent(&slot->answered, IO_NO_INCREMENT, FALSE);
}
static VOID NTAPI status_changes(NDIS_HANDLE context, PNDIS_STATUS_INDICATION indication) {
    struct slot* slot = context;
    InterlockedIncrement((LONG*)&slot->state.statuses);
    if (indication->StatusCode == NDIS_STATUS_LINK_STATE)
        slot->state.link = ((PNDIS_LINK_STATE)indication->StatusBuffer)->MediaConnectState;
}

/* ---- Frames */

static void enqueue(struct slot* slot, PNET_BUFFER buffer) {
    KIRQL irql;
    KeAcquireSpinLock(&slot->lock, &irql);
    if (slot->count < QUEUED && buffer->DataLength <= FRAME_BYTES) {
        ULONG place = (slot->head + slot->count) % QUEUED;
        UCHAR* room = slot->queue[place].data;
        PVOID data = NdisGetDataBuffer(buffer, buffer->DataLength, room, 1, 0);
        if (data != NULL) {
            if (data != room) RtlCopyMemory(room, data, buffer->DataLength);
            slot->queue[place].bytes = buffer->DataLength;
            ++slot->count;
        }
    }
    KeReleaseSpinLock(&slot->lock, irql);
    KeSetEvent(&slot->came, IO_NO_INCREMENT, FALSE);
}
static VOID NTAPI received(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                           ULONG count, ULONG flags) {
    struct slot* slot = context;
    (void)port, (void)count;
    for (PNET_BUFFER_LIST list = lists; list != NULL; list = list->Next) {
        for (PNET_BUFFER buffer = list->FirstNetBuffer; buffer != NULL; buffer = buffer->Next)
            enqueue(slot, buffer);
    }
    if ((flags & NDIS_RECEIVE_FLAGS_RESOURCES) != 0) {
        InterlockedIncrement((LONG*)&slot->state.resources);
    } else {
        NdisReturnNetBufferLists(slot->binding, lists, 0);
    }
}

static VOID NTAPI send_complete(NDIS_HANDLE context, PNET_BUFFER_LIST list, ULONG flags) {
    struct slot* slot = context;
    PMDL mdl = list->FirstNetBuffer->MdlChain;
    (void)flags;
    slot->send_status = list->Status;
    NdisFreeNetBufferList(list);
    ExFreePoolWithTag(MmGetMdlVirtualAddress(mdl), TAG);
    NdisFreeMdl(mdl);
    KeSetEvent(&slot->sent, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS send(struct slot* slot, const UCHAR* frame, ULONG bytes, NDIS_STATUS* status) {
    PVOID copy = ExAllocatePoolWithTag(NonPagedPool, bytes, TAG);
    PMDL mdl = copy == NULL ? NULL : NdisAllocateMdl(protocol_handle, copy, bytes);
    PNET_BUFFER_LIST list =
        mdl == NULL ? NULL : NdisAllocateNetBufferAndNetBufferList(slot->pool, 0, 0, mdl, 0, bytes);
    if (list == NULL) {
        if (mdl != NULL) NdisFreeMdl(mdl);
        if (copy != NULL) ExFreePoolWithTag(copy, TAG);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlCopyMemory(copy, frame, bytes);
    KeClearEvent(&slot->sent);
    list->SourceHandle = slot->binding;
    NdisSendNetBufferLists(slot->binding, list, NDIS_DEFAULT_PORT_NUMBER, 0);
    KeWaitForSingleObject(&slot->sent, Executive, KernelMode, FALSE, NULL);
    *status = slot->send_status;
    return STATUS_SUCCESS;
}

static ULONG receive(struct slot* slot, ULONG milliseconds, UCHAR* out, ULONG room) {
    LARGE_INTEGER time;
    time.QuadPart = -10000LL * milliseconds;
    for (;;) {
        KIRQL irql;
        ULONG bytes = 0;
        KeAcquireSpinLock(&slot->lock, &irql);
        if (slot->count != 0) {
            bytes = min(room, slot->queue[slot->head].bytes);
            RtlCopyMemory(out, slot->queue[slot->head].data, bytes);
            slot->head = (slot->head + 1) % QUEUED;
            --slot->count;
        } else {
            KeClearEvent(&slot->came);
        }
        KeReleaseSpinLock(&slot->lock, irql);
        if (bytes != 0) return bytes;
        if (KeWaitForSingleObject(&slot->came, Executive, KernelMode, FALSE, &time) !=
            STATUS_SUCCESS)
            return 0;
    }
}

/* ---- Requests */

static NTSTATUS control_slot(struct slot* slot, ULONG code, ULONG* words, ULONG in, ULONG out,
                             ULONG_PTR* bytes) {
    ULONG written;
    BOOLEAN set;
    switch (code) {
        case STATE:
            if (out < sizeof(struct state)) return STATUS_BUFFER_TOO_SMALL;
            *bytes = sizeof(struct state);
            *(struct state*)words = slot->state;
            return STATUS_SUCCESS;
        case SEND:
            if (in <= 4 || out < 4) return STATUS_BUFFER_TOO_SMALL;
            *bytes = 4;
            return send(slot, (UCHAR*)(words + 1), in - 4, (NDIS_STATUS*)words);
        case RECEIVE:
            if (in < 8) return STATUS_BUFFER_TOO_SMALL;
            *bytes = receive(slot, words[1], (UCHAR*)words, out);
            return STATUS_SUCCESS;
        case OID:
            if (in < 12 || out < 4) return STATUS_BUFFER_TOO_SMALL;
            set = words[1] == NdisRequestSetInformation;
            /* A query's answer lies behind the status, a set's data where they came. */
            words[0] =
                (ULONG)request(slot, (NDIS_REQUEST_TYPE)words[1], words[2],
                               set ? words + 3 : words + 1, set ? in - 12 : out - 4, &written);
            *bytes = set || words[0] != 0 ? 4 : 4 + written;
            return STATUS_SUCCESS;
        default:
            return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static NTSTATUS control(PIO_STACK_LOCATION location, ULONG* words, ULONG_PTR* bytes) {
    ULONG in = location->Parameters.DeviceIoControl.InputBufferLength,
          out = location->Parameters.DeviceIoControl.OutputBufferLength, place;
    NTSTATUS status;
    if (in < 4) return STATUS_BUFFER_TOO_SMALL;
    place = words[0];
    if (place >= SLOTS || !ExAcquireRundownProtection(&users[place])) return STATUS_NO_SUCH_DEVICE;
    status = control_slot(slots[place], location->Parameters.DeviceIoControl.IoControlCode, words,
                          in, out, bytes);
    ExReleaseRundownProtection(&users[place]);
    return status;
}

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG_PTR bytes = 0;
    NTSTATUS status = STATUS_SUCCESS;
    (void)device;
    if (location->MajorFunction == IRP_MJ_DEVICE_CONTROL)
        status = control(location, irp->AssociatedIrp.SystemBuffer, &bytes);
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = NT_SUCCESS(status) ? bytes : 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\NdisProtocol");
    (void)driver;
    NdisDeregisterProtocolDriver(protocol_handle);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(control_device);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\NdisProtocol"),
                   link = RTL_CONSTANT_STRING(L"\\DosDevices\\NdisProtocol"),
                   service = RTL_CONSTANT_STRING(L"ndis_protocol");
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = {
        {NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS,
         NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1,
         NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1}};
    NTSTATUS status;
    (void)path;
    for (ULONG i = 0; i < SLOTS; ++i) { /* none is bound yet */
        ExInitializeRundownProtection(&users[i]);
        ExWaitForRundownProtectionRelease(&users[i]);
    }
    status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &control_device);
    if (!NT_SUCCESS(status)) return status;
    status = IoCreateSymbolicLink(&link, &name);
    if (NT_SUCCESS(status)) {
        characteristics.MajorNdisVersion = 6;
        characteristics.Name = service;
        characteristics.BindAdapterHandlerEx = bind;
        characteristics.UnbindAdapterHandlerEx = unbind;
        characteristics.OpenAdapterCompleteHandlerEx = open_complete;
        characteristics.CloseAdapterCompleteHandlerEx = close_complete;
        characteristics.NetPnPEventHandler = event;
        characteristics.OidRequestCompleteHandler = answered;
        characteristics.StatusHandlerEx = status_changes;
        characteristics.ReceiveNetBufferListsHandler = received;
        characteristics.SendNetBufferListsCompleteHandler = send_complete;
        status = NdisRegisterProtocolDriver(NULL, &characteristics, &protocol_handle);
        if (!NT_SUCCESS(status)) IoDeleteSymbolicLink(&link);
    }
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(control_device);
        return status;
    }
    driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLOSE] = dispatch;
    driver->MajorFunction[IRP_MJ_CLEANUP] = driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = dispatch;
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}
