// SPDX-License-Identifier: GPL-2.0-only
// A driver that is configured through its Parameters key, as drivers are: makes \\.\ReadsParameters, whose only I/O control gives back the
// DWORD "Answer" as it was when the driver was started.
#include <ntddk.h>

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\ReadsParameters");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\ReadsParameters");
static PDEVICE_OBJECT Device;
static ULONG Answer;

static NTSTATUS ReadAnswer(PUNICODE_STRING RegistryPath) {
    UNICODE_STRING parameters = RTL_CONSTANT_STRING(L"Parameters"), value = RTL_CONSTANT_STRING(L"Answer");
    OBJECT_ATTRIBUTES attributes;
    UCHAR buffer[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + sizeof(ULONG)];
    HANDLE service, key;
    ULONG needed;
    NTSTATUS status;
    InitializeObjectAttributes(&attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    status = ZwOpenKey(&service, KEY_READ, &attributes);
    if (!NT_SUCCESS(status)) return status;
    InitializeObjectAttributes(&attributes, &parameters, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, service, NULL);
    status = ZwOpenKey(&key, KEY_READ, &attributes);
    ZwClose(service);
    if (!NT_SUCCESS(status)) return status;
    status = ZwQueryValueKey(key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), &needed);
    ZwClose(key);
    if (NT_SUCCESS(status)) Answer = *(ULONG*)((KEY_VALUE_PARTIAL_INFORMATION*)buffer)->Data;
    return status;
}

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status = STATUS_SUCCESS;
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Information = 0;
    if (stack->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        if (stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG)) {
            status = STATUS_BUFFER_TOO_SMALL;
        } else {
            *(ULONG*)Irp->AssociatedIrp.SystemBuffer = Answer;
            Irp->IoStatus.Information = sizeof(ULONG);
        }
    }
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(Device);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    NTSTATUS status = ReadAnswer(RegistryPath);
    if (!NT_SUCCESS(status)) return status;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = Dispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = Dispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Dispatch;
    DriverObject->DriverUnload = Unload;
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(status)) return status;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) IoDeleteDevice(Device);
    return status;
}
