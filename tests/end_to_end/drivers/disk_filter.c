// SPDX-License-Identifier: GPL-2.0-only
// A filter of the class DiskDrive, above and below the function driver: passes everything on, counts reads and writes on
// their way down and up, and says so at \\.\DiskFilter. There it can be told to report its disk as failed, too: 0x222004.
#include <ntifs.h>

typedef struct {
    PDEVICE_OBJECT below, pdo;
    IO_REMOVE_LOCK requests;
} Filter;

typedef struct {
    ULONG devices, started, reads, reads_done, writes, flushes, controls, removed;
    LONGLONG last_offset;
} Counts;

static volatile Counts counts;
static volatile BOOLEAN failed;
static Filter* volatile last;  // the upper one
static PDEVICE_OBJECT control;

static NTSTATUS finish(PIRP irp, NTSTATUS status, ULONG_PTR information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS NTAPI on_read_done(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    if (irp->PendingReturned) IoMarkIrpPending(irp);
    if (NT_SUCCESS(irp->IoStatus.Status)) InterlockedIncrement((volatile LONG*)&counts.reads_done);
    IoReleaseRemoveLock(&((Filter*)context)->requests, irp);
    (void)device;
    return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS NTAPI on_wake(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    KeSetEvent(context, IO_NO_INCREMENT, FALSE);
    (void)device;
    (void)irp;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS own_request(PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    if (location->MajorFunction != IRP_MJ_DEVICE_CONTROL) return finish(irp, STATUS_SUCCESS, 0);
    if (location->Parameters.DeviceIoControl.IoControlCode == 0x222004) {
        failed = TRUE;
        IoInvalidateDeviceState(last->pdo);
        return finish(irp, STATUS_SUCCESS, 0);
    }
    if (location->Parameters.DeviceIoControl.OutputBufferLength < sizeof(Counts)) return finish(irp, STATUS_BUFFER_TOO_SMALL, 0);
    RtlCopyMemory(irp->AssociatedIrp.SystemBuffer, (const void*)&counts, sizeof(Counts));
    return finish(irp, STATUS_SUCCESS, sizeof(Counts));
}

static NTSTATUS pass(Filter* filter, PIRP irp) {
    IoSkipCurrentIrpStackLocation(irp);
    NTSTATUS status = IoCallDriver(filter->below, irp);
    IoReleaseRemoveLock(&filter->requests, irp);
    return status;
}

static NTSTATUS NTAPI on_any(PDEVICE_OBJECT device, PIRP irp) {
    if (device == control) return own_request(irp);
    Filter* filter = device->DeviceExtension;
    NTSTATUS status = IoAcquireRemoveLock(&filter->requests, irp);
    if (!NT_SUCCESS(status)) return finish(irp, status, 0);
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    switch (location->MajorFunction) {
        case IRP_MJ_READ:
            InterlockedIncrement((volatile LONG*)&counts.reads);
            counts.last_offset = location->Parameters.Read.ByteOffset.QuadPart;
            IoCopyCurrentIrpStackLocationToNext(irp);
            IoSetCompletionRoutine(irp, on_read_done, filter, TRUE, TRUE, TRUE);
            return IoCallDriver(filter->below, irp);
        case IRP_MJ_WRITE: InterlockedIncrement((volatile LONG*)&counts.writes); break;
        case IRP_MJ_FLUSH_BUFFERS: InterlockedIncrement((volatile LONG*)&counts.flushes); break;
        case IRP_MJ_DEVICE_CONTROL: InterlockedIncrement((volatile LONG*)&counts.controls); break;
        default: break;
    }
    return pass(filter, irp);
}

static NTSTATUS NTAPI on_pnp(PDEVICE_OBJECT device, PIRP irp) {
    if (device == control) return finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    Filter* filter = device->DeviceExtension;
    NTSTATUS status = IoAcquireRemoveLock(&filter->requests, irp);
    if (!NT_SUCCESS(status)) return finish(irp, status, 0);
    UCHAR minor = IoGetCurrentIrpStackLocation(irp)->MinorFunction;
    if (minor == IRP_MN_START_DEVICE) {
        KEVENT event;
        KeInitializeEvent(&event, NotificationEvent, FALSE);
        IoCopyCurrentIrpStackLocationToNext(irp);
        IoSetCompletionRoutine(irp, on_wake, &event, TRUE, TRUE, TRUE);
        if (IoCallDriver(filter->below, irp) == STATUS_PENDING) KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = irp->IoStatus.Status;
        if (NT_SUCCESS(status)) InterlockedIncrement((volatile LONG*)&counts.started);
        IoReleaseRemoveLock(&filter->requests, irp);
        IoCompleteRequest(irp, IO_NO_INCREMENT);
        return status;
    }
    if (minor == IRP_MN_QUERY_PNP_DEVICE_STATE && failed) {
        irp->IoStatus.Information |= PNP_DEVICE_FAILED;
        irp->IoStatus.Status = STATUS_SUCCESS;
    }
    if (minor == IRP_MN_REMOVE_DEVICE) {
        IoReleaseRemoveLockAndWait(&filter->requests, irp);
        irp->IoStatus.Status = STATUS_SUCCESS;
        IoSkipCurrentIrpStackLocation(irp);
        status = IoCallDriver(filter->below, irp);
        IoDetachDevice(filter->below);
        IoDeleteDevice(device);
        InterlockedIncrement((volatile LONG*)&counts.removed);
        return status;
    }
    return pass(filter, irp);
}

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo) {
    PDEVICE_OBJECT device;
    NTSTATUS status = IoCreateDevice(driver, sizeof(Filter), NULL, FILE_DEVICE_DISK, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    Filter* filter = device->DeviceExtension;
    IoInitializeRemoveLock(&filter->requests, 'FksD', 0, 0);
    filter->below = IoAttachDeviceToDeviceStack(device, pdo);
    if (filter->below == NULL) {
        IoDeleteDevice(device);
        return STATUS_NO_SUCH_DEVICE;
    }
    device->Flags |= filter->below->Flags & (DO_DIRECT_IO | DO_BUFFERED_IO | DO_POWER_PAGABLE);
    device->Characteristics = filter->below->Characteristics;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    filter->pdo = pdo;
    last = filter;
    InterlockedIncrement((volatile LONG*)&counts.devices);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\DiskFilter"), link = RTL_CONSTANT_STRING(L"\\??\\DiskFilter");
    for (ULONG i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; ++i) driver->MajorFunction[i] = on_any;
    driver->MajorFunction[IRP_MJ_PNP] = on_pnp;
    driver->DriverExtension->AddDevice = add_device;
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &control);
    if (NT_SUCCESS(status)) status = IoCreateSymbolicLink(&link, &name);
    (void)path;
    return status;
}
