// SPDX-License-Identifier: GPL-2.0-only
// A driver that forgets at unload: pool with tag 'Left', a device and its link.
#include <ntddk.h>

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\LeavesThings");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\LeavesThings");

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) { UNREFERENCED_PARAMETER(DriverObject); }

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = Unload;
    if (ExAllocatePoolWithTag(NonPagedPoolNx, 1000, 'tfeL') == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    return IoCreateSymbolicLink(&LinkName, &DeviceName);
}
