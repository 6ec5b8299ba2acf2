// SPDX-License-Identifier: GPL-2.0-only
// A driver that wants to hear of the shutdown: one device registers for the last chance, two for the ordinary
// turn, a fourth for both and takes it back. Each prints when it is told.
//
//   0x222000 hang  the first one told does not come back from IRP_MJ_SHUTDOWN
#include <ntddk.h>

#define IOCTL_HANG CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

static const PCWSTR Names[] = {L"\\Device\\GoodbyeLast", L"\\Device\\GoodbyeFirst", L"\\Device\\GoodbyeSecond",
                               L"\\Device\\GoodbyeNever"};
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\SaysGoodbye");
static BOOLEAN Hang;
static LONG Opened;

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI Shutdown(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    KEVENT never;
    DbgPrint("says_goodbye: device %lu told at IRQL %u, open handles %ld\n", *(PULONG)DeviceObject->DeviceExtension,
             KeGetCurrentIrql(), Opened);
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    if (Hang) KeWaitForSingleObject(&never, Executive, KernelMode, FALSE, NULL);
    return Complete(Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI Create(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    InterlockedIncrement(&Opened);
    return Complete(Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI Close(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    InterlockedDecrement(&Opened);
    return Complete(Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI Control(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode != IOCTL_HANG) {
        return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST);
    }
    Hang = TRUE;
    return Complete(Irp, STATUS_SUCCESS);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    ULONG i;
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = Create;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = Close;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    DriverObject->MajorFunction[IRP_MJ_SHUTDOWN] = Shutdown;
    for (i = 0; i < RTL_NUMBER_OF(Names); ++i) {
        PDEVICE_OBJECT device;
        UNICODE_STRING name;
        NTSTATUS status;
        RtlInitUnicodeString(&name, Names[i]);
        status = IoCreateDevice(DriverObject, sizeof(ULONG), &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
        if (!NT_SUCCESS(status)) return status;
        *(PULONG)device->DeviceExtension = i;
        status = i == 0 ? IoRegisterLastChanceShutdownNotification(device) : IoRegisterShutdownNotification(device);
        if (!NT_SUCCESS(status)) return status;
        if (i == 3) {
            IoRegisterLastChanceShutdownNotification(device);
            IoUnregisterShutdownNotification(device);
        }
        if (i == 1) IoCreateSymbolicLink(&LinkName, &name);
    }
    return STATUS_SUCCESS;
}
