// SPDX-License-Identifier: GPL-2.0-only
// Asks a disk or volume as disk filters, file systems and backup drivers do: by its device object, with IRPs of its own.
// \\.\DiskClient: input is a command, output what was read or a number.
#include <ntifs.h>
#include <ntdddisk.h>
#include <ntddstor.h>
#include <ntddscsi.h>

// What our own declarations (abi/types/storage.h) have to agree with.
C_ASSERT(IOCTL_DISK_GET_DRIVE_GEOMETRY == 0x70000 && IOCTL_DISK_GET_DRIVE_GEOMETRY_EX == 0x700a0);
C_ASSERT(IOCTL_DISK_GET_PARTITION_INFO == 0x74004 && IOCTL_DISK_GET_PARTITION_INFO_EX == 0x70048);
C_ASSERT(IOCTL_DISK_GET_DRIVE_LAYOUT == 0x7400c && IOCTL_DISK_GET_DRIVE_LAYOUT_EX == 0x70050);
C_ASSERT(IOCTL_DISK_GET_LENGTH_INFO == 0x7405c && IOCTL_DISK_IS_WRITABLE == 0x70024 && IOCTL_DISK_UPDATE_PROPERTIES == 0x70140);
C_ASSERT(IOCTL_DISK_SET_DRIVE_LAYOUT == 0x7c010 && IOCTL_DISK_SET_DRIVE_LAYOUT_EX == 0x7c054 && IOCTL_DISK_CREATE_DISK == 0x7c058);
C_ASSERT(IOCTL_DISK_DELETE_DRIVE_LAYOUT == 0x7c100);
C_ASSERT(IOCTL_DISK_CHECK_VERIFY == 0x74800 && IOCTL_STORAGE_CHECK_VERIFY == 0x2d4800 && IOCTL_STORAGE_CHECK_VERIFY2 == 0x2d0800);
C_ASSERT(IOCTL_STORAGE_GET_HOTPLUG_INFO == 0x2d0c14 && IOCTL_STORAGE_GET_DEVICE_NUMBER == 0x2d1080);
C_ASSERT(IOCTL_STORAGE_QUERY_PROPERTY == 0x2d1400 && IOCTL_SCSI_GET_ADDRESS == 0x41018);
C_ASSERT(sizeof(DISK_GEOMETRY) == 24 && sizeof(DISK_GEOMETRY_EX) == 40 && sizeof(PARTITION_INFORMATION) == 32);
C_ASSERT(sizeof(PARTITION_INFORMATION_EX) == 144 && FIELD_OFFSET(PARTITION_INFORMATION_EX, Gpt) == 32);
C_ASSERT(FIELD_OFFSET(DRIVE_LAYOUT_INFORMATION_EX, PartitionEntry) == 48 && sizeof(STORAGE_DEVICE_DESCRIPTOR) == 40);
C_ASSERT(sizeof(STORAGE_ADAPTER_DESCRIPTOR) == 32 && sizeof(STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR) == 28 && sizeof(SCSI_ADDRESS) == 8);

enum { kRead, kWrite, kFlush, kReadAsynchronously, kReadManyAtOnce, kLength };
#define kMany 100

typedef struct {
    ULONG what, bytes;
    LONGLONG offset;
    WCHAR path[64];  // of the device
    UCHAR data[1];   // to write
} Command;

typedef struct {
    KEVENT done;
    LONG left, failed;
    NTSTATUS status;
} Gathering;

static PDEVICE_OBJECT control;

static NTSTATUS wait_for(PDEVICE_OBJECT device, PIRP irp, PKEVENT event, PIO_STATUS_BLOCK outcome) {
    NTSTATUS status = IoCallDriver(device, irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(event, Executive, KernelMode, FALSE, NULL);
        status = outcome->Status;
    }
    return status;
}

static NTSTATUS synchronously(PDEVICE_OBJECT device, ULONG function, PVOID buffer, ULONG bytes, LONGLONG offset, PULONG_PTR done) {
    KEVENT event;
    IO_STATUS_BLOCK outcome = {0};
    LARGE_INTEGER at;
    at.QuadPart = offset;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP irp = IoBuildSynchronousFsdRequest(function, device, buffer, bytes, &at, &event, &outcome);
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = wait_for(device, irp, &event, &outcome);
    *done = outcome.Information;
    return status;
}

static NTSTATUS length_of(PDEVICE_OBJECT device, LONGLONG* bytes) {
    KEVENT event;
    IO_STATUS_BLOCK outcome = {0};
    GET_LENGTH_INFORMATION length = {0};
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP irp = IoBuildDeviceIoControlRequest(IOCTL_DISK_GET_LENGTH_INFO, device, NULL, 0, &length, sizeof(length), FALSE, &event, &outcome);
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = wait_for(device, irp, &event, &outcome);
    *bytes = length.Length.QuadPart;
    return status;
}

/// What IoBuildAsynchronousFsdRequest's page says that the completion routine does: the MDL's pages, the MDL, the IRP.
static NTSTATUS NTAPI gathered(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    Gathering* gathering = context;
    if (!NT_SUCCESS(irp->IoStatus.Status)) {
        gathering->status = irp->IoStatus.Status;
        InterlockedIncrement(&gathering->failed);
    }
    while (irp->MdlAddress != NULL) {
        PMDL mdl = irp->MdlAddress;
        irp->MdlAddress = mdl->Next;
        if (mdl->MdlFlags & MDL_PAGES_LOCKED) MmUnlockPages(mdl);
        IoFreeMdl(mdl);
    }
    IoFreeIrp(irp);
    if (InterlockedDecrement(&gathering->left) == 0) KeSetEvent(&gathering->done, IO_NO_INCREMENT, FALSE);
    (void)device;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/// `count` reads at once, of sectors that follow one another.
static NTSTATUS asynchronously(PDEVICE_OBJECT device, PUCHAR buffer, ULONG bytes, LONGLONG offset, LONG count) {
    Gathering gathering;
    gathering.left = count + 1;
    gathering.failed = 0;
    gathering.status = STATUS_SUCCESS;
    KeInitializeEvent(&gathering.done, NotificationEvent, FALSE);
    for (LONG i = 0; i < count; ++i) {
        LARGE_INTEGER at;
        at.QuadPart = offset + (LONGLONG)i * bytes;
        PIRP irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, device, buffer + i * bytes, bytes, &at, NULL);
        if (irp == NULL) {
            gathering.status = STATUS_INSUFFICIENT_RESOURCES;
            InterlockedAdd(&gathering.left, i - count);
            break;
        }
        IoSetCompletionRoutine(irp, gathered, &gathering, TRUE, TRUE, TRUE);
        IoCallDriver(device, irp);
    }
    if (InterlockedDecrement(&gathering.left) != 0) KeWaitForSingleObject(&gathering.done, Executive, KernelMode, FALSE, NULL);
    return gathering.status;
}

static NTSTATUS run(const Command* command, ULONG in_bytes, PUCHAR out, ULONG room, PULONG_PTR done) {
    UNICODE_STRING path;
    PFILE_OBJECT file;
    PDEVICE_OBJECT device;
    RtlInitUnicodeString(&path, command->path);
    NTSTATUS status = IoGetDeviceObjectPointer(&path, FILE_READ_DATA | FILE_WRITE_DATA, &file, &device);
    if (!NT_SUCCESS(status)) return status;
    ULONG bytes = command->bytes;
    PUCHAR buffer = ExAllocatePoolWithTag(NonPagedPool, (SIZE_T)bytes * kMany + 1, 'CksD');
    if (buffer == NULL) {
        ObDereferenceObject(file);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    switch (command->what) {
        case kRead:
            status = synchronously(device, IRP_MJ_READ, buffer, bytes, command->offset, done);
            if (NT_SUCCESS(status) && *done <= room) RtlCopyMemory(out, buffer, *done);
            break;
        case kWrite:
            if (in_bytes < FIELD_OFFSET(Command, data) + bytes) {
                status = STATUS_INVALID_PARAMETER;
                break;
            }
            RtlCopyMemory(buffer, command->data, bytes);
            status = synchronously(device, IRP_MJ_WRITE, buffer, bytes, command->offset, done);
            *done = 0;
            break;
        case kFlush: status = synchronously(device, IRP_MJ_FLUSH_BUFFERS, NULL, 0, 0, done); break;
        case kReadAsynchronously:
            status = asynchronously(device, buffer, bytes, command->offset, 1);
            if (NT_SUCCESS(status) && bytes <= room) RtlCopyMemory(out, buffer, *done = bytes);
            break;
        case kReadManyAtOnce:
            status = asynchronously(device, buffer, bytes, command->offset, kMany);
            if (NT_SUCCESS(status) && bytes * kMany <= room) RtlCopyMemory(out, buffer, *done = bytes * kMany);
            break;
        case kLength:
            if (room < sizeof(LONGLONG)) status = STATUS_BUFFER_TOO_SMALL;
            else status = length_of(device, (LONGLONG*)out);
            if (NT_SUCCESS(status)) *done = sizeof(LONGLONG);
            break;
        default: status = STATUS_INVALID_PARAMETER; break;
    }
    ExFreePoolWithTag(buffer, 'CksD');
    ObDereferenceObject(file);
    return status;
}

static NTSTATUS NTAPI on_control(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG in_bytes = location->Parameters.DeviceIoControl.InputBufferLength;
    ULONG room = location->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG_PTR done = 0;
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    if (in_bytes >= FIELD_OFFSET(Command, data) && in_bytes < 65536) {
        Command* command = ExAllocatePoolWithTag(NonPagedPool, in_bytes + 2, 'CksD');
        status = STATUS_INSUFFICIENT_RESOURCES;
        if (command != NULL) {
            RtlCopyMemory(command, irp->AssociatedIrp.SystemBuffer, in_bytes);
            command->path[63] = 0;
            status = command->bytes > 65536 ? STATUS_INVALID_PARAMETER : run(command, in_bytes, irp->AssociatedIrp.SystemBuffer, room, &done);
            ExFreePoolWithTag(command, 'CksD');
        }
    }
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = NT_SUCCESS(status) ? done : 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    (void)device;
    return status;
}

static NTSTATUS NTAPI on_open_or_close(PDEVICE_OBJECT device, PIRP irp) {
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    (void)device;
    return STATUS_SUCCESS;
}

static VOID NTAPI on_unload(PDRIVER_OBJECT driver) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\??\\DiskClient");
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(control);
    (void)driver;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\DiskClient"), link = RTL_CONSTANT_STRING(L"\\??\\DiskClient");
    driver->DriverUnload = on_unload;
    driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLEANUP] = driver->MajorFunction[IRP_MJ_CLOSE] = on_open_or_close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = on_control;
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &control);
    if (NT_SUCCESS(status)) status = IoCreateSymbolicLink(&link, &name);
    (void)path;
    return status;
}
