/* SPDX-License-Identifier: GPL-2.0-only */
/* \Device\RslNet and its requests. */
#include "classes/rslnet/rslnet.h"

static UNICODE_STRING device_name = RTL_CONSTANT_STRING(L"\\Device\\RslNet");

static NTSTATUS open_file(PFILE_OBJECT file) {
    struct bound* bound = ExAllocatePoolWithTag(NonPagedPool, sizeof(*bound), TAG);
    if (bound == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(bound, sizeof(*bound));
    if (!NT_SUCCESS(queue_init(&bound->queue))) {
        ExFreePoolWithTag(bound, TAG);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    binding_init(bound);
    file->FsContext = bound;
    return STATUS_SUCCESS;
}

static void clean_up(struct bound* bound) {
    unbind(bound);
    waiting_flush(&bound->reads, STATUS_CANCELLED);
    waiting_flush(&bound->events, STATUS_CANCELLED);
}

static void close_file(struct bound* bound) {
    if (bound->pool != NULL) NdisFreeNetBufferListPool(bound->pool);
    queue_free(&bound->queue);
    ExFreePoolWithTag(bound, TAG);
}

static void describe(struct bound* bound, RSL_NET_BINDING_STATE* out) {
    const ULONG index = bound->index;
    RtlZeroMemory(out, sizeof(*out));
    out->Bound = (ULONG)bound->open;
    if (index != 0 && (!NT_SUCCESS(RslNdisQueryAdapter(index, &out->Adapter)) ||
                       out->Adapter.InterfaceIndex != index))
        RtlZeroMemory(&out->Adapter, sizeof(out->Adapter));
    out->Events = (ULONG)bound->event_count;
    out->Filter = bound->filter;
    out->ReceiveDrops = bound->queue.drops;
    out->SendFailures = (ULONG64)bound->send_failures;
}

/* Waits until there was an event that the caller has not seen. */
static NTSTATUS wait_for_event(struct bound* bound, PIRP irp, ULONG seen) {
    NTSTATUS status;
    if ((ULONG)bound->event_count != seen) {
        *(ULONG*)irp->AssociatedIrp.SystemBuffer = (ULONG)bound->event_count;
        return complete(irp, STATUS_SUCCESS, sizeof(ULONG));
    }
    status = waiting_add(&bound->events, irp); /* the IRP is no longer ours */
    if ((ULONG)bound->event_count != seen) {   /* it came between the two */
        while ((irp = waiting_take(&bound->events)) != NULL) {
            *(ULONG*)irp->AssociatedIrp.SystemBuffer = (ULONG)bound->event_count;
            complete(irp, STATUS_SUCCESS, sizeof(ULONG));
        }
    }
    return status;
}

static NTSTATUS control(struct bound* bound, PIRP irp, PIO_STACK_LOCATION location) {
    const ULONG in = location->Parameters.DeviceIoControl.InputBufferLength,
                out = location->Parameters.DeviceIoControl.OutputBufferLength;
    PVOID buffer = irp->AssociatedIrp.SystemBuffer;
    const ULONG word = in >= sizeof(ULONG) ? *(ULONG*)buffer : 0;
    ULONG_PTR bytes = 0;
    NTSTATUS status = STATUS_BUFFER_TOO_SMALL;
    switch (location->Parameters.DeviceIoControl.IoControlCode) {
        case RSL_NET_LIST:
            if (in < sizeof(ULONG) || out < sizeof(RSL_NDIS_ADAPTER_STATE)) break;
            bytes = sizeof(RSL_NDIS_ADAPTER_STATE);
            status = RslNdisQueryAdapter(word, buffer);
            break;
        case RSL_NET_BIND:
            if (in >= sizeof(ULONG)) status = bind(bound, word);
            break;
        case RSL_NET_UNBIND:
            unbind(bound);
            status = STATUS_SUCCESS;
            break;
        case RSL_NET_STATE:
            if (out < sizeof(RSL_NET_BINDING_STATE)) break;
            bytes = sizeof(RSL_NET_BINDING_STATE);
            describe(bound, buffer);
            status = STATUS_SUCCESS;
            break;
        case RSL_NET_STATISTICS:
            if (out < sizeof(RSL_NET_COUNTS)) break;
            bytes = sizeof(RSL_NET_COUNTS);
            status = ask_counts(bound, buffer);
            break;
        case RSL_NET_EVENT:
            if (in < sizeof(ULONG) || out < sizeof(ULONG)) break;
            return wait_for_event(bound, irp, word);
        default:
            status = STATUS_INVALID_DEVICE_REQUEST;
    }
    return complete(irp, status, NT_SUCCESS(status) ? bytes : 0);
}

static NTSTATUS read_frames(struct bound* bound, PIRP irp, ULONG room) {
    if (room < RSL_NET_BATCH_BYTES) return complete(irp, STATUS_BUFFER_TOO_SMALL, 0);
    if (!bound->open) return complete(irp, STATUS_DEVICE_NOT_CONNECTED, 0);
    if (MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority) == NULL)
        return complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    waiting_add(&bound->reads, irp); /* no longer ours */
    deliver(bound);
    if (!bound->open) waiting_flush(&bound->reads, STATUS_DEVICE_NOT_CONNECTED);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    struct bound* bound = location->FileObject->FsContext;
    (void)device;
    switch (location->MajorFunction) {
        case IRP_MJ_CREATE:
            return complete(irp, open_file(location->FileObject), 0);
        case IRP_MJ_CLEANUP:
            clean_up(bound);
            return complete(irp, STATUS_SUCCESS, 0);
        case IRP_MJ_CLOSE:
            close_file(bound);
            return complete(irp, STATUS_SUCCESS, 0);
        case IRP_MJ_READ:
            return read_frames(bound, irp, location->Parameters.Read.Length);
        case IRP_MJ_WRITE:
            return send_batch(bound, irp);
        default:
            return control(bound, irp, location);
    }
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) { IoDeleteDevice(driver->DeviceObject); }

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    PDEVICE_OBJECT device;
    NTSTATUS status =
        IoCreateDevice(driver, 0, &device_name, FILE_DEVICE_NETWORK, 0, FALSE, &device);
    (void)path;
    if (!NT_SUCCESS(status)) return status;
    device->Flags |= DO_DIRECT_IO;
    driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLEANUP] = dispatch;
    driver->MajorFunction[IRP_MJ_CLOSE] = driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = dispatch;
    driver->MajorFunction[IRP_MJ_READ] = driver->MajorFunction[IRP_MJ_WRITE] = dispatch;
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}
