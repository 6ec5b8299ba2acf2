// SPDX-License-Identifier: GPL-2.0-only
// Imports from library.sys, by name and by ordinal.
#include <ntddk.h>

__declspec(dllimport) ULONG NTAPI LibraryAdd(ULONG A, ULONG B);
__declspec(dllimport) ULONG NTAPI LibraryMultiply(ULONG A, ULONG B);

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) { UNREFERENCED_PARAMETER(DriverObject); }

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = Unload;
    if (LibraryAdd(2, 3) != 5 || LibraryMultiply(6, 7) != 42) return STATUS_UNSUCCESSFUL;
    return STATUS_SUCCESS;
}
