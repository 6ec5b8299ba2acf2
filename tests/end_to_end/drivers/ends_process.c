// SPDX-License-Identifier: GPL-2.0-only
// A driver that ends the process whose id it is given (ULONG_PTR, I/O control 0x222000), as protection and clean-up drivers do.
#include <ntddk.h>

#define PROCESS_TERMINATE 0x0001

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\EndsProcess");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\EndsProcess");
static PDEVICE_OBJECT Device;

NTSYSAPI NTSTATUS NTAPI ZwTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus);

static NTSTATUS EndProcess(ULONG_PTR Id) {
    CLIENT_ID client = {(HANDLE)Id, NULL};
    OBJECT_ATTRIBUTES attributes;
    HANDLE process;
    NTSTATUS status;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    status = ZwOpenProcess(&process, PROCESS_TERMINATE, &attributes, &client);
    if (!NT_SUCCESS(status)) return status;
    status = ZwTerminateProcess(process, STATUS_ACCESS_VIOLATION);
    ZwClose(process);
    return status;
}

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status = STATUS_SUCCESS;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (stack->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        status = stack->Parameters.DeviceIoControl.InputBufferLength == sizeof(ULONG_PTR)
                     ? EndProcess(*(ULONG_PTR*)Irp->AssociatedIrp.SystemBuffer)
                     : STATUS_INVALID_PARAMETER;
    }
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(Device);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    NTSTATUS status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    UNREFERENCED_PARAMETER(RegistryPath);
    if (!NT_SUCCESS(status)) return status;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = Dispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = Dispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Dispatch;
    DriverObject->DriverUnload = Unload;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) IoDeleteDevice(Device);
    return status;
}
