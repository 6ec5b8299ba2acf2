// SPDX-License-Identifier: GPL-2.0-only
// An export driver: other drivers import LibraryAdd by name and LibraryMultiply by ordinal 7.
#include <ntddk.h>

ULONG NTAPI LibraryAdd(ULONG A, ULONG B) { return A + B; }
ULONG NTAPI LibraryMultiply(ULONG A, ULONG B) { return A * B; }

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) { UNREFERENCED_PARAMETER(DriverObject); }

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
