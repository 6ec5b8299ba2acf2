// SPDX-License-Identifier: GPL-2.0-only
// Exports of kernel/ldr.
#pragma once

#include "abi/functions/export.h"
#include "abi/types/basic.h"
#include "abi/types/pe.h"

#ifdef __cplusplus
extern "C" {
#endif

PVOID NTAPI MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName);
PVOID NTAPI RtlFindExportedRoutineByName(PVOID ImageBase, PCSTR RoutineName);
PVOID NTAPI RtlPcToFileHeader(PVOID PcValue, PVOID* BaseOfImage);
PIMAGE_NT_HEADERS NTAPI RtlImageNtHeader(PVOID BaseAddress);
NTSTATUS NTAPI RtlImageNtHeaderEx(ULONG Flags, PVOID BaseAddress, ULONG64 Size, PIMAGE_NT_HEADERS* OutHeaders);
PVOID NTAPI RtlImageDirectoryEntryToData(PVOID BaseAddress, BOOLEAN MappedAsImage, USHORT DirectoryEntry,
                                         PULONG Size);

NTSTATUS NTAPI LdrFindResource_U(PVOID BaseAddress, const ULONG_PTR* ResourceInfo, ULONG Level,
                                 PIMAGE_RESOURCE_DATA_ENTRY* ResourceDataEntry);
NTSTATUS NTAPI LdrFindResourceDirectory_U(PVOID BaseAddress, const ULONG_PTR* ResourceInfo, ULONG Level,
                                          PIMAGE_RESOURCE_DIRECTORY* ResourceDirectory);
NTSTATUS NTAPI LdrAccessResource(PVOID BaseAddress, PIMAGE_RESOURCE_DATA_ENTRY ResourceDataEntry, PVOID* Resource,
                                 PULONG Size);
NTSTATUS NTAPI RtlFindMessage(PVOID BaseAddress, ULONG Type, ULONG Language, ULONG MessageId, PVOID* MessageEntry);

#ifdef __cplusplus
}
#endif
