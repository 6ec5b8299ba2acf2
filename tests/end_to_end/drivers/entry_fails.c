// SPDX-License-Identifier: GPL-2.0-only
// A driver whose DriverEntry refuses, after having made a device that it cleans up.
#include <ntddk.h>

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    UNREFERENCED_PARAMETER(RegistryPath);
    if (NT_SUCCESS(IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device))) {
        IoDeleteDevice(device);
    }
    return STATUS_DEVICE_CONFIGURATION_ERROR;
}
