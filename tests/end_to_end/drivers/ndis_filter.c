/* SPDX-License-Identifier: GPL-2.0-only */
/* A light-weight filter driver for tests, driven by requests: each module has a slot, in the order
 * of the adapters. What it does with frames and queries is its mode. */
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntddk.h>

#include "abi/functions/ndis.h"

#define CODE(n)  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)
#define STATE    CODE(0) /* ULONG slot -> struct state */
#define MODE     CODE(1) /* ULONG slot, ULONG mode */
#define SEND     CODE(2) /* ULONG slot, frame: down, of its own */
#define INDICATE CODE(3) /* ULONG slot, frame: up, of its own */

#define PASS       0
#define DROP       1 /* frames come back from it */
#define MODIFY     2 /* a copy whose payload is inverted goes in their place */
#define HOLD       3 /* frames pass; a query waits until the mode is another, and has failed */
#define HEADER     14
#define SLOTS      4
#define TAG        'tliF'
#define OID_FILTER 0xFF010203u /* which it answers itself: "filter" */

struct state {
    ULONG attached, running, restarts, pauses, sends, completes, receives, returns, requests,
        statuses;
};
struct module {
    struct state state;
    NDIS_HANDLE handle, pool;
    LONG holds; /* 1 while running and 1 for each frame of its own; who drops the last completes the
                   pause */
    ULONG mode;
    PNDIS_OID_REQUEST held; /* a module has one at a time */
};

static NDIS_HANDLE filter_handle, device_handle;
static struct module* modules[SLOTS];
static FAST_MUTEX modules_lock;
static PDRIVER_OBJECT driver_object;

/* ---- Frames of its own */

static void drop(struct module* module) {
    if (InterlockedDecrement(&module->holds) == 0) NdisFPauseComplete(module->handle);
}
static BOOLEAN hold(struct module* module) {
    LONG holds = module->holds;
    while (holds != 0) {
        LONG seen = InterlockedCompareExchange(&module->holds, holds + 1, holds);
        if (seen == holds) return TRUE;
        holds = seen;
    }
    return FALSE;
}

static void free_own(struct module* module, PNET_BUFFER_LIST list) {
    PMDL mdl = list->FirstNetBuffer->MdlChain;
    PVOID memory = MmGetMdlVirtualAddress(mdl);
    NdisFreeNetBufferList(list);
    NdisFreeMdl(mdl);
    NdisFreeMemory(memory, 0, 0);
    drop(module);
}
/* Held by the module; memory NULL: room for it. */
static PNET_BUFFER_LIST make_own(struct module* module, const UCHAR* frame, ULONG bytes,
                                 UCHAR** memory) {
    PMDL mdl;
    PNET_BUFFER_LIST list;
    if (!hold(module)) return NULL;
    *memory = NdisAllocateMemoryWithTagPriority(module->handle, bytes, TAG, NdisNormalPoolPriority);
    mdl = *memory == NULL ? NULL : NdisAllocateMdl(module->handle, *memory, bytes);
    list = mdl == NULL ? NULL
                       : NdisAllocateNetBufferAndNetBufferList(module->pool, 0, 0, mdl, 0, bytes);
    if (list == NULL) {
        if (mdl != NULL) NdisFreeMdl(mdl);
        if (*memory != NULL) NdisFreeMemory(*memory, 0, 0);
        drop(module);
        return NULL;
    }
    if (frame != NULL) RtlCopyMemory(*memory, frame, bytes);
    list->SourceHandle = module->handle;
    return list;
}
static PNET_BUFFER_LIST inverted(struct module* module, PNET_BUFFER_LIST original) {
    PNET_BUFFER buffer = original->FirstNetBuffer;
    ULONG copied, bytes = buffer->DataLength;
    UCHAR* memory;
    PNET_BUFFER_LIST list = make_own(module, NULL, bytes, &memory);
    if (list == NULL) return NULL;
    NdisCopyFromNetBufferToNetBuffer(list->FirstNetBuffer, 0, bytes, buffer, 0, &copied);
    for (ULONG i = HEADER; i < bytes; ++i) memory[i] = (UCHAR)~memory[i];
    return list;
}

/* ---- Frames */

static VOID NTAPI send_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                              ULONG flags) {
    struct module* module = context;
    PNET_BUFFER_LIST copy;
    InterlockedIncrement((LONG*)&module->state.sends);
    if (module->mode == PASS || module->mode == HOLD) {
        NdisFSendNetBufferLists(module->handle, lists, port, flags);
        return;
    }
    for (PNET_BUFFER_LIST list = lists; list != NULL; list = list->Next) {
        list->Status = NDIS_STATUS_SUCCESS;
        copy = module->mode == MODIFY ? inverted(module, list) : NULL;
        if (copy != NULL) {
            NdisCopySendNetBufferListInfo(copy, list);
            NdisFSendNetBufferLists(module->handle, copy, port, flags);
        }
    }
    NdisFSendNetBufferListsComplete(module->handle, lists, 0);
}
static VOID NTAPI send_complete(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags) {
    struct module* module = context;
    InterlockedIncrement((LONG*)&module->state.completes);
    while (lists != NULL) {
        PNET_BUFFER_LIST next = lists->Next;
        lists->Next = NULL;
        if (lists->SourceHandle == module->handle) {
            free_own(module, lists);
        } else {
            NdisFSendNetBufferListsComplete(module->handle, lists, flags);
        }
        lists = next;
    }
}
static VOID NTAPI receive_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                                 ULONG count, ULONG flags) {
    struct module* module = context;
    PNET_BUFFER_LIST copy;
    InterlockedIncrement((LONG*)&module->state.receives);
    if (module->mode == PASS || module->mode == HOLD) {
        NdisFIndicateReceiveNetBufferLists(module->handle, lists, port, count, flags);
        return;
    }
    for (PNET_BUFFER_LIST list = lists; list != NULL; list = list->Next) {
        copy = module->mode == MODIFY ? inverted(module, list) : NULL;
        if (copy != NULL) {
            NdisCopyReceiveNetBufferListInfo(copy, list);
            NdisFIndicateReceiveNetBufferLists(module->handle, copy, port, 1,
                                               flags & NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL);
        }
    }
    if ((flags & NDIS_RECEIVE_FLAGS_RESOURCES) == 0)
        NdisFReturnNetBufferLists(module->handle, lists, 0);
}
static VOID NTAPI return_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags) {
    struct module* module = context;
    InterlockedIncrement((LONG*)&module->state.returns);
    while (lists != NULL) {
        PNET_BUFFER_LIST next = lists->Next;
        lists->Next = NULL;
        if (lists->SourceHandle == module->handle) {
            free_own(module, lists);
        } else {
            NdisFReturnNetBufferLists(module->handle, lists, flags);
        }
        lists = next;
    }
}
static VOID NTAPI cancel_send(NDIS_HANDLE context, PVOID id) {
    NdisFCancelSendNetBufferLists(((struct module*)context)->handle, id);
}

/* ---- Requests and status */

static NDIS_STATUS end_clone(struct module* module, PNDIS_OID_REQUEST clone, NDIS_STATUS status) {
    PNDIS_OID_REQUEST original = *(PNDIS_OID_REQUEST*)clone->SourceReserved;
    original->DATA = clone->DATA;
    NdisFreeCloneOidRequest(module->handle, clone);
    return status;
}
static NDIS_STATUS answer(PNDIS_OID_REQUEST request) {
    static const char text[] = "filter";
    if (request->DATA.QUERY_INFORMATION.InformationBufferLength < sizeof(text)) {
        request->DATA.QUERY_INFORMATION.BytesNeeded = sizeof(text);
        return NDIS_STATUS_BUFFER_TOO_SHORT;
    }
    RtlCopyMemory(request->DATA.QUERY_INFORMATION.InformationBuffer, text, sizeof(text));
    request->DATA.QUERY_INFORMATION.BytesWritten = sizeof(text);
    return NDIS_STATUS_SUCCESS;
}
static NDIS_STATUS NTAPI oid_request(NDIS_HANDLE context, PNDIS_OID_REQUEST request) {
    struct module* module = context;
    PNDIS_OID_REQUEST clone;
    NDIS_STATUS status;
    InterlockedIncrement((LONG*)&module->state.requests);
    if (request->RequestType == NdisRequestQueryInformation &&
        request->DATA.QUERY_INFORMATION.Oid == OID_FILTER)
        return answer(request);
    if (module->mode == HOLD && request->RequestType != NdisRequestSetInformation) {
        InterlockedExchangePointer((PVOID*)&module->held, request);
        return NDIS_STATUS_PENDING;
    }
    status = NdisAllocateCloneOidRequest(module->handle, request, TAG, &clone);
    if (status != NDIS_STATUS_SUCCESS) return status;
    *(PNDIS_OID_REQUEST*)clone->SourceReserved = request;
    status = NdisFOidRequest(module->handle, clone);
    return status == NDIS_STATUS_PENDING ? status : end_clone(module, clone, status);
}
static VOID NTAPI oid_complete(NDIS_HANDLE context, PNDIS_OID_REQUEST clone, NDIS_STATUS status) {
    struct module* module = context;
    PNDIS_OID_REQUEST original = *(PNDIS_OID_REQUEST*)clone->SourceReserved;
    NdisFOidRequestComplete(module->handle, original, end_clone(module, clone, status));
}
static void let_go(struct module* module) {
    PNDIS_OID_REQUEST request = InterlockedExchangePointer((PVOID*)&module->held, NULL);
    if (request != NULL) NdisFOidRequestComplete(module->handle, request, NDIS_STATUS_FAILURE);
}
static VOID NTAPI status_changes(NDIS_HANDLE context, PNDIS_STATUS_INDICATION indication) {
    struct module* module = context;
    InterlockedIncrement((LONG*)&module->state.statuses);
    NdisFIndicateStatus(module->handle, indication);
}

/* ---- Modules */

static void free_module(struct module* module) {
    if (module->pool != NULL) NdisFreeNetBufferListPool(module->pool);
    ExFreePoolWithTag(module, TAG);
}
static NDIS_STATUS NTAPI attach(NDIS_HANDLE handle, NDIS_HANDLE context,
                                PNDIS_FILTER_ATTACH_PARAMETERS parameters) {
    NET_BUFFER_LIST_POOL_PARAMETERS pool = {
        {NDIS_OBJECT_TYPE_DEFAULT, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
         NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    NDIS_FILTER_ATTRIBUTES attributes = {{NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES,
                                          NDIS_FILTER_ATTRIBUTES_REVISION_1,
                                          NDIS_SIZEOF_FILTER_ATTRIBUTES_REVISION_1}};
    struct module* module = ExAllocatePoolWithTag(NonPagedPool, sizeof(*module), TAG);
    ULONG place = 0;
    if (module == NULL) return NDIS_STATUS_RESOURCES;
    RtlZeroMemory(module, sizeof(*module));
    module->handle = handle;
    pool.fAllocateNetBuffer = TRUE;
    pool.PoolTag = TAG;
    module->pool = NdisAllocateNetBufferListPool(handle, &pool);
    if (module->pool == NULL || context != driver_object ||
        parameters->MiniportMediaType != NdisMedium802_3 ||
        NdisFSetAttributes(handle, module, &attributes) != NDIS_STATUS_SUCCESS) {
        free_module(module);
        return NDIS_STATUS_FAILURE;
    }
    module->state.attached = 1;
    ExAcquireFastMutex(&modules_lock);
    while (place < SLOTS && modules[place] != NULL) ++place;
    if (place < SLOTS) modules[place] = module;
    ExReleaseFastMutex(&modules_lock);
    return NDIS_STATUS_SUCCESS;
}
static VOID NTAPI detach(NDIS_HANDLE context) {
    ExAcquireFastMutex(&modules_lock);
    for (ULONG i = 0; i < SLOTS; ++i) {
        if (modules[i] == context) modules[i] = NULL;
    }
    ExReleaseFastMutex(&modules_lock);
    free_module(context);
}
static NDIS_STATUS NTAPI restart(NDIS_HANDLE context, PNDIS_FILTER_RESTART_PARAMETERS parameters) {
    struct module* module = context;
    (void)parameters;
    module->holds = 1;
    module->state.running = 1;
    ++module->state.restarts;
    return NDIS_STATUS_SUCCESS;
}
static NDIS_STATUS NTAPI pause(NDIS_HANDLE context, PNDIS_FILTER_PAUSE_PARAMETERS parameters) {
    struct module* module = context;
    (void)parameters;
    module->state.running = 0;
    ++module->state.pauses;
    return InterlockedDecrement(&module->holds) == 0 ? NDIS_STATUS_SUCCESS : NDIS_STATUS_PENDING;
}

/* ---- Requests of the test */

static NTSTATUS control_module(struct module* module, ULONG code, ULONG* words, ULONG in, ULONG out,
                               ULONG_PTR* bytes) {
    PNET_BUFFER_LIST list;
    UCHAR* memory;
    switch (code) {
        case STATE:
            if (out < sizeof(struct state)) return STATUS_BUFFER_TOO_SMALL;
            *bytes = sizeof(struct state);
            *(struct state*)words = module->state;
            return STATUS_SUCCESS;
        case MODE:
            if (in < 8) return STATUS_BUFFER_TOO_SMALL;
            module->mode = words[1];
            if (module->mode != HOLD) let_go(module);
            return STATUS_SUCCESS;
        case SEND:
        case INDICATE:
            if (in <= 4) return STATUS_BUFFER_TOO_SMALL;
            list = make_own(module, (UCHAR*)(words + 1), in - 4, &memory);
            if (list == NULL) return STATUS_DEVICE_NOT_READY;
            if (code == SEND) {
                NdisFSendNetBufferLists(module->handle, list, NDIS_DEFAULT_PORT_NUMBER, 0);
            } else {
                NdisFIndicateReceiveNetBufferLists(module->handle, list, NDIS_DEFAULT_PORT_NUMBER,
                                                   1, 0);
            }
            return STATUS_SUCCESS;
        default:
            return STATUS_INVALID_DEVICE_REQUEST;
    }
}
static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG in = location->Parameters.DeviceIoControl.InputBufferLength,
          out = location->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG* words = irp->AssociatedIrp.SystemBuffer;
    ULONG_PTR bytes = 0;
    struct module* module;
    NTSTATUS status = STATUS_NO_SUCH_DEVICE;
    (void)device;
    module = in >= 4 && words[0] < SLOTS ? modules[words[0]] : NULL;
    if (module != NULL) /* the test takes no adapter away meanwhile */
        status = control_module(module, location->Parameters.DeviceIoControl.IoControlCode, words,
                                in, out, &bytes);
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = NT_SUCCESS(status) ? bytes : 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}
static NTSTATUS NTAPI succeed(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NDIS_STATUS register_device(void) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\NdisFilter"),
                   link = RTL_CONSTANT_STRING(L"\\DosDevices\\NdisFilter");
    PDRIVER_DISPATCH table[IRP_MJ_MAXIMUM_FUNCTION + 1] = {0};
    NDIS_DEVICE_OBJECT_ATTRIBUTES attributes = {{NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES,
                                                 NDIS_DEVICE_OBJECT_ATTRIBUTES_REVISION_1,
                                                 NDIS_SIZEOF_DEVICE_OBJECT_ATTRIBUTES_REVISION_1}};
    PDEVICE_OBJECT device;
    table[IRP_MJ_CREATE] = table[IRP_MJ_CLEANUP] = table[IRP_MJ_CLOSE] = succeed;
    table[IRP_MJ_DEVICE_CONTROL] = control;
    attributes.DeviceName = &name;
    attributes.SymbolicName = &link;
    attributes.MajorFunctions = table;
    return NdisRegisterDeviceEx(filter_handle, &attributes, &device, &device_handle);
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) {
    (void)driver;
    NdisDeregisterDeviceEx(device_handle);
    NdisFDeregisterFilterDriver(filter_handle);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNICODE_STRING service = RTL_CONSTANT_STRING(L"ndis_filter"),
                   unique = RTL_CONSTANT_STRING(L"{6F6E6468-9C5B-4F3A-8B1E-7D1C2A3B4C5D}"),
                   friendly = RTL_CONSTANT_STRING(L"RSL test filter");
    NDIS_FILTER_DRIVER_CHARACTERISTICS characteristics = {
        {NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS, NDIS_FILTER_CHARACTERISTICS_REVISION_1,
         NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_1}};
    NDIS_STATUS status;
    (void)path;
    driver_object = driver;
    ExInitializeFastMutex(&modules_lock);
    characteristics.MajorNdisVersion = 6;
    characteristics.FriendlyName = friendly;
    characteristics.UniqueName = unique;
    characteristics.ServiceName = service;
    characteristics.AttachHandler = attach;
    characteristics.DetachHandler = detach;
    characteristics.RestartHandler = restart;
    characteristics.PauseHandler = pause;
    characteristics.SendNetBufferListsHandler = send_frames;
    characteristics.SendNetBufferListsCompleteHandler = send_complete;
    characteristics.CancelSendNetBufferListsHandler = cancel_send;
    characteristics.ReceiveNetBufferListsHandler = receive_frames;
    characteristics.ReturnNetBufferListsHandler = return_frames;
    characteristics.OidRequestHandler = oid_request;
    characteristics.OidRequestCompleteHandler = oid_complete;
    characteristics.StatusHandler = status_changes;
    driver->DriverUnload = unload;
    status = NdisFRegisterFilterDriver(driver, driver, &characteristics, &filter_handle);
    if (status != NDIS_STATUS_SUCCESS) return status;
    status = register_device();
    if (status != NDIS_STATUS_SUCCESS) NdisFDeregisterFilterDriver(filter_handle);
    return status;
}
