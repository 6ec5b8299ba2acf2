// SPDX-License-Identifier: GPL-2.0-only
// A driver whose device answers as a file system does, about one file that has a length and no bytes.
//
//   0x222000 flushes  out: ULONG, how often the file was flushed
//   0x900FC0 invert   (a file system's control) in: bytes, out: the same inverted
#include <ntddk.h>

#define FLUSHES 0x222000
#define INVERT  CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 0x3F0, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define SERIAL  0x52534C01
#define UNITS   1000
#define FREE    250

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\KeepsAFile");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\KeepsAFile");
static const WCHAR Label[] = L"KEPT";
static PDEVICE_OBJECT Device;
static LONG Flushes;
static LARGE_INTEGER Length, Written;

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI Succeed(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI Flush(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    InterlockedIncrement(&Flushes);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI Query(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_STANDARD_INFORMATION standard = Irp->AssociatedIrp.SystemBuffer;
    PFILE_BASIC_INFORMATION basic = Irp->AssociatedIrp.SystemBuffer;
    UNREFERENCED_PARAMETER(DeviceObject);
    switch (stack->Parameters.QueryFile.FileInformationClass) {
        case FileStandardInformation:
            RtlZeroMemory(standard, sizeof(*standard));
            standard->EndOfFile = standard->AllocationSize = Length;
            standard->NumberOfLinks = 1;
            return Complete(Irp, STATUS_SUCCESS, sizeof(*standard));
        case FileBasicInformation:
            RtlZeroMemory(basic, sizeof(*basic));
            basic->LastWriteTime = Written;
            basic->FileAttributes = FILE_ATTRIBUTE_ARCHIVE;
            return Complete(Irp, STATUS_SUCCESS, sizeof(*basic));
        default:
            return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
}

static NTSTATUS NTAPI Set(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(DeviceObject);
    switch (stack->Parameters.SetFile.FileInformationClass) {
        case FileEndOfFileInformation:
            if (*(LONGLONG*)Irp->AssociatedIrp.SystemBuffer > UNITS * 512) return Complete(Irp, STATUS_DISK_FULL, 0);
            Length = *(PLARGE_INTEGER)Irp->AssociatedIrp.SystemBuffer;
            return Complete(Irp, STATUS_SUCCESS, 0);
        case FileBasicInformation:
            Written = ((PFILE_BASIC_INFORMATION)Irp->AssociatedIrp.SystemBuffer)->LastWriteTime;
            return Complete(Irp, STATUS_SUCCESS, 0);
        default:
            return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
}

static NTSTATUS NTAPI QueryVolume(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_FS_SIZE_INFORMATION size = Irp->AssociatedIrp.SystemBuffer;
    PFILE_FS_VOLUME_INFORMATION volume = Irp->AssociatedIrp.SystemBuffer;
    const ULONG volumeBytes = FIELD_OFFSET(FILE_FS_VOLUME_INFORMATION, VolumeLabel) + sizeof(Label) - sizeof(WCHAR);
    UNREFERENCED_PARAMETER(DeviceObject);
    switch (stack->Parameters.QueryVolume.FsInformationClass) {
        case FileFsSizeInformation:
            size->TotalAllocationUnits.QuadPart = UNITS;
            size->AvailableAllocationUnits.QuadPart = FREE;
            size->SectorsPerAllocationUnit = 1;
            size->BytesPerSector = 512;
            return Complete(Irp, STATUS_SUCCESS, sizeof(*size));
        case FileFsVolumeInformation:
            if (stack->Parameters.QueryVolume.Length < volumeBytes) return Complete(Irp, STATUS_BUFFER_OVERFLOW, 0);
            RtlZeroMemory(volume, sizeof(*volume));
            volume->VolumeSerialNumber = SERIAL;
            volume->VolumeLabelLength = sizeof(Label) - sizeof(WCHAR);
            RtlCopyMemory(volume->VolumeLabel, Label, volume->VolumeLabelLength);
            return Complete(Irp, STATUS_SUCCESS, volumeBytes);
        default:
            return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
}

static NTSTATUS NTAPI Control(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    const ULONG in = stack->Parameters.DeviceIoControl.InputBufferLength, out = stack->Parameters.DeviceIoControl.OutputBufferLength;
    const ULONG code = stack->Parameters.DeviceIoControl.IoControlCode;
    PUCHAR bytes = Irp->AssociatedIrp.SystemBuffer;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (stack->MajorFunction == IRP_MJ_DEVICE_CONTROL && code == FLUSHES && out >= sizeof(ULONG)) {
        *(PULONG)bytes = (ULONG)Flushes;
        return Complete(Irp, STATUS_SUCCESS, sizeof(ULONG));
    }
    if (stack->MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL && stack->MinorFunction == IRP_MN_USER_FS_REQUEST && code == INVERT && out >= in) {
        for (ULONG i = 0; i < in; ++i) bytes[i] = (UCHAR)~bytes[i];
        return Complete(Irp, STATUS_SUCCESS, in);
    }
    return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(Device);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DriverObject->MajorFunction[IRP_MJ_CLEANUP] = DriverObject->MajorFunction[IRP_MJ_CLOSE] = Succeed;
    DriverObject->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = Flush;
    DriverObject->MajorFunction[IRP_MJ_QUERY_INFORMATION] = Query;
    DriverObject->MajorFunction[IRP_MJ_SET_INFORMATION] = Set;
    DriverObject->MajorFunction[IRP_MJ_QUERY_VOLUME_INFORMATION] = QueryVolume;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = DriverObject->MajorFunction[IRP_MJ_FILE_SYSTEM_CONTROL] = Control;
    DriverObject->DriverUnload = Unload;
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(status)) return status;
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) IoDeleteDevice(Device);
    return status;
}
