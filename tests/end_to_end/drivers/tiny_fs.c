// SPDX-License-Identifier: GPL-2.0-only
// The smallest file system: a volume whose first sector begins with "TINYFS" has one file, \sector, which is its second
// sector. Mounts as file systems do: by reading the volume's device when it is first opened.
#include <ntifs.h>

#define SECTOR 512

typedef struct {
    PDEVICE_OBJECT disk;  // the top of the volume's stack
} Volume;

static PDEVICE_OBJECT file_system;

static NTSTATUS finish(PIRP irp, NTSTATUS status, ULONG_PTR information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS read_sector(PDEVICE_OBJECT disk, LONGLONG offset, PVOID buffer) {
    KEVENT event;
    IO_STATUS_BLOCK outcome = {0};
    LARGE_INTEGER at;
    at.QuadPart = offset;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, disk, buffer, SECTOR, &at, &event, &outcome);
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = IoCallDriver(disk, irp);
    if (status != STATUS_PENDING) return status;
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    return outcome.Status;
}

static NTSTATUS mount(PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    PDEVICE_OBJECT disk = location->Parameters.MountVolume.DeviceObject, volume;
    PVPB vpb = location->Parameters.MountVolume.Vpb;
    PUCHAR sector = ExAllocatePoolWithTag(NonPagedPool, SECTOR, 'yniT');
    if (sector == NULL) return finish(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    NTSTATUS status = read_sector(disk, 0, sector);
    if (NT_SUCCESS(status) && RtlCompareMemory(sector, "TINYFS", 6) != 6) status = STATUS_UNRECOGNIZED_VOLUME;
    ExFreePoolWithTag(sector, 'yniT');
    if (NT_SUCCESS(status)) status = IoCreateDevice(file_system->DriverObject, sizeof(Volume), NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &volume);
    if (!NT_SUCCESS(status)) return finish(irp, status, 0);
    ((Volume*)volume->DeviceExtension)->disk = disk;
    volume->StackSize = (CCHAR)(disk->StackSize + 1);
    volume->Flags |= DO_BUFFERED_IO;
    volume->Flags &= ~DO_DEVICE_INITIALIZING;
    vpb->DeviceObject = volume;
    vpb->VolumeLabelLength = 8;
    RtlCopyMemory(vpb->VolumeLabel, L"tiny", 8);
    return finish(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI on_control(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    if (device == file_system && location->MinorFunction == IRP_MN_MOUNT_VOLUME) return mount(irp);
    return finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}

static NTSTATUS NTAPI on_create(PDEVICE_OBJECT device, PIRP irp) {
    static const UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\sector");
    if (device == file_system) return finish(irp, STATUS_SUCCESS, FILE_OPENED);
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(irp)->FileObject;
    if (!RtlEqualUnicodeString(&file->FileName, &name, TRUE)) return finish(irp, STATUS_OBJECT_NAME_NOT_FOUND, 0);
    return finish(irp, STATUS_SUCCESS, FILE_OPENED);
}

static NTSTATUS NTAPI on_read(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    if (device == file_system || location->Parameters.Read.Length < SECTOR) return finish(irp, STATUS_INVALID_PARAMETER, 0);
    NTSTATUS status = read_sector(((Volume*)device->DeviceExtension)->disk, SECTOR, irp->AssociatedIrp.SystemBuffer);
    return finish(irp, status, NT_SUCCESS(status) ? SECTOR : 0);
}

static NTSTATUS NTAPI on_end(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    return finish(irp, STATUS_SUCCESS, 0);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\TinyFs");
    driver->MajorFunction[IRP_MJ_CREATE] = on_create;
    driver->MajorFunction[IRP_MJ_READ] = on_read;
    driver->MajorFunction[IRP_MJ_CLEANUP] = driver->MajorFunction[IRP_MJ_CLOSE] = on_end;
    driver->MajorFunction[IRP_MJ_FILE_SYSTEM_CONTROL] = on_control;
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &file_system);
    if (!NT_SUCCESS(status)) return status;
    file_system->Flags &= ~DO_DEVICE_INITIALIZING;
    IoRegisterFileSystem(file_system);
    (void)path;
    return STATUS_SUCCESS;
}
