// SPDX-License-Identifier: GPL-2.0-only
// A driver whose DriverEntry never returns.
#include <ntddk.h>

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    KEVENT never;
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    return KeWaitForSingleObject(&never, Executive, KernelMode, FALSE, NULL);
}
