/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands above a network adapter in tests: a binding of ndis.sys per open file, driven by
 * requests. Frames are copied, so that every list goes straight back. */
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntddk.h>

#include "abi/functions/ndis.h"
#include "abi/private/rsl_ndis.h"

#define CODE(n) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)
#define QUERY   CODE(0) /* ULONG index -> RSL_NDIS_ADAPTER_STATE */
#define BIND    CODE(1) /* ULONG index */
#define UNBIND  CODE(2)
#define SEND    CODE(3) /* frame -> NDIS_STATUS */
#define RECEIVE CODE(4) /* ULONG milliseconds -> frame; nothing in time: no bytes */
#define OID     CODE(5) /* ULONG type, ULONG oid, data -> NDIS_STATUS, data */
#define EVENTS  CODE(6) /* -> ULONG status indications, last link state, stopping, unbound */

#define FRAME_BYTES 2048
#define QUEUED      64
#define TAG         'borP'

struct probe {
    RSL_NDIS_BINDING binding;
    PRSL_NDIS_ADAPTER adapter; /* NULL: not bound */
    EX_RUNDOWN_REF sending;    /* held while a frame goes down: the adapter stays */
    NDIS_HANDLE pool;
    KEVENT sent, came, unbound;
    KSPIN_LOCK lock; /* of the queue */
    ULONG head, count;
    struct {
        ULONG bytes;
        UCHAR data[FRAME_BYTES];
    } queue[QUEUED];
    LONG status_count, link_state, stopping, unbound_count;
    NDIS_STATUS send_status;
};

static VOID NTAPI on_receive(PVOID context, PNET_BUFFER_LIST lists, ULONG count,
                             BOOLEAN resources) {
    struct probe* probe = context;
    (void)count;
    for (PNET_BUFFER_LIST list = lists; list != NULL; list = list->Next) {
        for (PNET_BUFFER buffer = list->FirstNetBuffer; buffer != NULL; buffer = buffer->Next) {
            KIRQL irql;
            KeAcquireSpinLock(&probe->lock, &irql);
            if (probe->count < QUEUED && buffer->DataLength <= FRAME_BYTES) {
                ULONG place = (probe->head + probe->count) % QUEUED;
                PVOID data =
                    NdisGetDataBuffer(buffer, buffer->DataLength, probe->queue[place].data, 1, 0);
                if (data != NULL) {
                    if (data != probe->queue[place].data)
                        RtlCopyMemory(probe->queue[place].data, data, buffer->DataLength);
                    probe->queue[place].bytes = buffer->DataLength;
                    ++probe->count;
                }
            }
            KeReleaseSpinLock(&probe->lock, irql);
        }
    }
    if (!resources) RslNdisReturn(probe->adapter, lists);
    KeSetEvent(&probe->came, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI on_send_complete(PVOID context, PNET_BUFFER_LIST lists) {
    struct probe* probe = context;
    while (lists != NULL) {
        PNET_BUFFER_LIST next = lists->Next;
        PMDL mdl = lists->FirstNetBuffer->MdlChain;
        probe->send_status = lists->Status;
        NdisFreeNetBufferList(lists);
        ExFreePoolWithTag(MmGetMdlVirtualAddress(mdl), TAG);
        NdisFreeMdl(mdl);
        lists = next;
    }
    KeSetEvent(&probe->sent, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI on_status(PVOID context, PNDIS_STATUS_INDICATION indication) {
    struct probe* probe = context;
    InterlockedIncrement(&probe->status_count);
    if (indication->StatusCode == NDIS_STATUS_LINK_STATE) {
        InterlockedExchange(&probe->link_state,
                            (LONG)((PNDIS_LINK_STATE)indication->StatusBuffer)->MediaConnectState);
    }
}
static VOID NTAPI on_stopping(PVOID context) {
    struct probe* probe = context;
    ExWaitForRundownProtectionRelease(&probe->sending);
    InterlockedIncrement(&probe->stopping);
}
static VOID NTAPI on_unbound(PVOID context) {
    struct probe* probe = context;
    probe->adapter = NULL;
    InterlockedIncrement(&probe->unbound_count);
    KeSetEvent(&probe->unbound, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS bind(struct probe* probe, ULONG index) {
    NTSTATUS status;
    NET_BUFFER_LIST_POOL_PARAMETERS parameters = {
        {NDIS_OBJECT_TYPE_DEFAULT, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
         NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    if (probe->adapter != NULL) return STATUS_DEVICE_BUSY;
    parameters.fAllocateNetBuffer = TRUE;
    parameters.PoolTag = TAG;
    if (probe->pool == NULL) probe->pool = NdisAllocateNetBufferListPool(NULL, &parameters);
    if (probe->pool == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    KeClearEvent(&probe->unbound);
    status = RslNdisBind(index, &probe->binding, &probe->adapter);
    if (NT_SUCCESS(status)) ExReInitializeRundownProtection(&probe->sending);
    return status;
}

static void unbind(struct probe* probe) {
    PRSL_NDIS_ADAPTER adapter = probe->adapter;
    if (adapter != NULL) {
        ExWaitForRundownProtectionRelease(&probe->sending);
        if (RslNdisUnbind(adapter, &probe->binding) == STATUS_PENDING) {
            KeWaitForSingleObject(&probe->unbound, Executive, KernelMode, FALSE, NULL);
        }
        probe->adapter = NULL;
    }
}

static NTSTATUS send(struct probe* probe, const UCHAR* frame, ULONG bytes, NDIS_STATUS* status) {
    LARGE_INTEGER five_seconds;
    PVOID copy = ExAllocatePoolWithTag(NonPagedPool, bytes, TAG);
    PMDL mdl = copy == NULL ? NULL : NdisAllocateMdl(NULL, copy, bytes);
    PNET_BUFFER_LIST list =
        mdl == NULL ? NULL
                    : NdisAllocateNetBufferAndNetBufferList(probe->pool, 0, 0, mdl, 0, bytes);
    if (list == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(copy, frame, bytes);
    KeClearEvent(&probe->sent);
    if (!ExAcquireRundownProtection(&probe->sending)) { /* the adapter stops */
        NdisFreeNetBufferList(list);
        NdisFreeMdl(mdl);
        ExFreePoolWithTag(copy, TAG);
        return STATUS_DEVICE_NOT_READY;
    }
    RslNdisSend(probe->adapter, list);
    ExReleaseRundownProtection(&probe->sending);
    five_seconds.QuadPart = -50000000;
    if (KeWaitForSingleObject(&probe->sent, Executive, KernelMode, FALSE, &five_seconds) !=
        STATUS_SUCCESS)
        return STATUS_IO_TIMEOUT;
    *status = probe->send_status;
    return STATUS_SUCCESS;
}

static ULONG receive(struct probe* probe, ULONG milliseconds, UCHAR* out, ULONG room) {
    LARGE_INTEGER time;
    time.QuadPart = -10000LL * milliseconds;
    for (;;) {
        KIRQL irql;
        ULONG bytes = 0;
        KeAcquireSpinLock(&probe->lock, &irql);
        if (probe->count != 0) {
            bytes = min(room, probe->queue[probe->head].bytes);
            RtlCopyMemory(out, probe->queue[probe->head].data, bytes);
            probe->head = (probe->head + 1) % QUEUED;
            --probe->count;
        } else {
            KeClearEvent(&probe->came);
        }
        KeReleaseSpinLock(&probe->lock, irql);
        if (bytes != 0) return bytes;
        if (KeWaitForSingleObject(&probe->came, Executive, KernelMode, FALSE, &time) !=
            STATUS_SUCCESS)
            return 0;
    }
}

static ULONG request(struct probe* probe, ULONG* buffer, ULONG in, ULONG out) {
    NDIS_OID_REQUEST oid = {{NDIS_OBJECT_TYPE_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1,
                             NDIS_SIZEOF_OID_REQUEST_REVISION_1}};
    BOOLEAN set = buffer[0] == NdisRequestSetInformation;
    oid.RequestType = (NDIS_REQUEST_TYPE)buffer[0];
    oid.DATA.QUERY_INFORMATION.Oid = buffer[1];
    /* A query's answer lies behind the status that is written over the type. */
    oid.DATA.QUERY_INFORMATION.InformationBuffer = set ? buffer + 2 : buffer + 1;
    oid.DATA.QUERY_INFORMATION.InformationBufferLength = set ? in - 8 : out - 4;
    buffer[0] = (ULONG)RslNdisRequest(probe->adapter, &oid);
    return set ? 4 : 4 + oid.DATA.QUERY_INFORMATION.BytesWritten;
}

static NTSTATUS control(struct probe* probe, PIO_STACK_LOCATION location, PVOID buffer,
                        ULONG_PTR* bytes) {
    ULONG in = location->Parameters.DeviceIoControl.InputBufferLength,
          out = location->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG* words = buffer;
    ULONG code = location->Parameters.DeviceIoControl.IoControlCode;
    if ((code == SEND || code == RECEIVE || code == OID) && probe->adapter == NULL)
        return STATUS_INVALID_DEVICE_STATE;
    switch (code) {
        case QUERY:
            if (in < 4 || out < sizeof(RSL_NDIS_ADAPTER_STATE)) return STATUS_BUFFER_TOO_SMALL;
            *bytes = sizeof(RSL_NDIS_ADAPTER_STATE);
            return RslNdisQueryAdapter(words[0], buffer);
        case BIND:
            return in < 4 ? STATUS_BUFFER_TOO_SMALL : bind(probe, words[0]);
        case UNBIND:
            unbind(probe);
            return STATUS_SUCCESS;
        case SEND:
            if (in == 0 || out < 4) return STATUS_BUFFER_TOO_SMALL;
            *bytes = 4;
            return send(probe, buffer, in, (NDIS_STATUS*)buffer);
        case RECEIVE:
            if (in < 4) return STATUS_BUFFER_TOO_SMALL;
            *bytes = receive(probe, words[0], buffer, out);
            return STATUS_SUCCESS;
        case OID:
            if (in < 8 || out < 8) return STATUS_BUFFER_TOO_SMALL;
            *bytes = request(probe, words, in, out);
            return STATUS_SUCCESS;
        case EVENTS:
            if (out < 16) return STATUS_BUFFER_TOO_SMALL;
            words[0] = probe->status_count, words[1] = probe->link_state,
            words[2] = probe->stopping, words[3] = probe->unbound_count;
            *bytes = 16;
            return STATUS_SUCCESS;
        default:
            return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static NTSTATUS open_probe(PFILE_OBJECT file) {
    struct probe* probe = ExAllocatePoolWithTag(NonPagedPool, sizeof(*probe), TAG);
    if (probe == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(probe, sizeof(*probe));
    probe->binding = (RSL_NDIS_BINDING){sizeof(RSL_NDIS_BINDING),
                                        probe,
                                        on_receive,
                                        on_send_complete,
                                        on_status,
                                        on_stopping,
                                        on_unbound};
    KeInitializeEvent(&probe->sent, NotificationEvent, FALSE);
    KeInitializeEvent(&probe->came, NotificationEvent, FALSE);
    KeInitializeEvent(&probe->unbound, NotificationEvent, FALSE);
    KeInitializeSpinLock(&probe->lock);
    ExInitializeRundownProtection(&probe->sending);
    ExWaitForRundownProtectionRelease(&probe->sending); /* not bound yet */
    file->FsContext = probe;
    return STATUS_SUCCESS;
}

static void close_probe(struct probe* probe) {
    unbind(probe);
    if (probe->pool != NULL) NdisFreeNetBufferListPool(probe->pool);
    ExFreePoolWithTag(probe, TAG);
}

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG_PTR bytes = 0;
    NTSTATUS status = STATUS_SUCCESS;
    (void)device;
    if (location->MajorFunction == IRP_MJ_CREATE) status = open_probe(location->FileObject);
    if (location->MajorFunction == IRP_MJ_CLOSE) close_probe(location->FileObject->FsContext);
    if (location->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        status = control(location->FileObject->FsContext, location, irp->AssociatedIrp.SystemBuffer,
                         &bytes);
    }
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = NT_SUCCESS(status) ? bytes : 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) {
    UNICODE_STRING link;
    RtlInitUnicodeString(&link, L"\\DosDevices\\NdisProbe");
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(driver->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    NTSTATUS status;
    (void)path;
    RtlInitUnicodeString(&name, L"\\Device\\NdisProbe");
    RtlInitUnicodeString(&link, L"\\DosDevices\\NdisProbe");
    status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLOSE] = dispatch;
    driver->MajorFunction[IRP_MJ_CLEANUP] = driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = dispatch;
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}
