// SPDX-License-Identifier: GPL-2.0-only
// A driver that keeps what it gets. Makes \\.\Stubborn.
//
//   open \\.\Stubborn\held    stays pending until it is cancelled
//   open \\.\Stubborn\stuck   stays pending, and cannot be cancelled, until 0x222008
//   0x222000 burn     runs in a loop, without blocking, until it is cancelled or 0x222008
//   0x222004 block    waits, in the caller's thread and not to be cancelled, until 0x222008
//   0x222008 release  lets go of all that; out: a ULONG, how many calls burn now
//   set and query volume information: a label, of at most 32 characters
#include <ntifs.h>

#define IOCTL_BURN CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_BLOCK CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_RELEASE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define LABEL_CHARACTERS 32

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Stubborn");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Stubborn");
static const UNICODE_STRING Held = RTL_CONSTANT_STRING(L"\\held");
static const UNICODE_STRING Stuck = RTL_CONSTANT_STRING(L"\\stuck");

static KEVENT Released;
static volatile LONG Burning, Releases;
static PIRP volatile StuckIrp;
static ULONG LabelBytes;
static WCHAR Label[LABEL_CHARACTERS];

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID NTAPI Cancel(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    Complete(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS HoldCreate(PIRP Irp) {
    KIRQL irql;
    IoMarkIrpPending(Irp);
    IoAcquireCancelSpinLock(&irql);
    if (Irp->Cancel) {
        IoReleaseCancelSpinLock(irql);
        Complete(Irp, STATUS_CANCELLED, 0);
    } else {
        IoSetCancelRoutine(Irp, Cancel);
        IoReleaseCancelSpinLock(irql);
    }
    return STATUS_PENDING;
}

static NTSTATUS NTAPI Create(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (RtlEqualUnicodeString(&file->FileName, &Held, TRUE)) return HoldCreate(Irp);
    if (RtlEqualUnicodeString(&file->FileName, &Stuck, TRUE)) {
        IoMarkIrpPending(Irp);
        StuckIrp = Irp;
        return STATUS_PENDING;
    }
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI Close(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS Burn(PIRP Irp) {
    LONG before = Releases;
    InterlockedIncrement(&Burning);
    while (Releases == before && !*(volatile BOOLEAN*)&Irp->Cancel) YieldProcessor();
    InterlockedDecrement(&Burning);
    return Complete(Irp, Irp->Cancel ? STATUS_CANCELLED : STATUS_SUCCESS, 0);
}

static NTSTATUS Release(PIRP Irp, ULONG OutputBytes) {
    PIRP stuck = (PIRP)InterlockedExchangePointer((PVOID volatile*)&StuckIrp, NULL);
    if (OutputBytes < sizeof(ULONG)) return Complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    *(PULONG)Irp->AssociatedIrp.SystemBuffer = (ULONG)Burning;
    InterlockedIncrement(&Releases);
    KePulseEvent(&Released, IO_NO_INCREMENT, FALSE);
    if (stuck != NULL) Complete(stuck, STATUS_DEVICE_BUSY, 0);
    return Complete(Irp, STATUS_SUCCESS, sizeof(ULONG));
}

static NTSTATUS NTAPI Control(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(DeviceObject);
    switch (location->Parameters.DeviceIoControl.IoControlCode) {
        case IOCTL_BURN: return Burn(Irp);
        case IOCTL_BLOCK:
            KeWaitForSingleObject(&Released, Executive, KernelMode, FALSE, NULL);
            return Complete(Irp, STATUS_SUCCESS, 0);
        case IOCTL_RELEASE: return Release(Irp, location->Parameters.DeviceIoControl.OutputBufferLength);
        default: return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static NTSTATUS NTAPI SetVolume(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    PFILE_FS_LABEL_INFORMATION label = (PFILE_FS_LABEL_INFORMATION)Irp->AssociatedIrp.SystemBuffer;
    ULONG room = location->Parameters.SetVolume.Length - FIELD_OFFSET(FILE_FS_LABEL_INFORMATION, VolumeLabel);
    UNREFERENCED_PARAMETER(DeviceObject);
    if (location->Parameters.SetVolume.FsInformationClass != FileFsLabelInformation) {
        return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    if (label->VolumeLabelLength > room) return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    if (label->VolumeLabelLength > sizeof(Label)) return Complete(Irp, STATUS_INVALID_VOLUME_LABEL, 0);
    LabelBytes = label->VolumeLabelLength;
    RtlCopyMemory(Label, label->VolumeLabel, LabelBytes);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI QueryVolume(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    PFILE_FS_VOLUME_INFORMATION volume = (PFILE_FS_VOLUME_INFORMATION)Irp->AssociatedIrp.SystemBuffer;
    ULONG needed = FIELD_OFFSET(FILE_FS_VOLUME_INFORMATION, VolumeLabel) + LabelBytes;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (location->Parameters.QueryVolume.FsInformationClass != FileFsVolumeInformation) {
        return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    if (location->Parameters.QueryVolume.Length < needed) return Complete(Irp, STATUS_BUFFER_OVERFLOW, 0);
    RtlZeroMemory(volume, needed);
    volume->VolumeLabelLength = LabelBytes;
    RtlCopyMemory(volume->VolumeLabel, Label, LabelBytes);
    return Complete(Irp, STATUS_SUCCESS, needed);
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeEvent(&Released, NotificationEvent, FALSE);
    DriverObject->DriverUnload = Unload;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = Create;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = Close;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    DriverObject->MajorFunction[IRP_MJ_SET_VOLUME_INFORMATION] = SetVolume;
    DriverObject->MajorFunction[IRP_MJ_QUERY_VOLUME_INFORMATION] = QueryVolume;
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    return IoCreateSymbolicLink(&LinkName, &DeviceName);
}
