// SPDX-License-Identifier: GPL-2.0-only
// Exports of kernel/rtl: heaps.
#pragma once

#include "abi/functions/export.h"
#include "abi/types/basic.h"

#ifdef __cplusplus
extern "C" {
#endif

PVOID NTAPI RtlCreateHeap(ULONG Flags, PVOID HeapBase, SIZE_T ReserveSize, SIZE_T CommitSize,
                          PVOID Lock, PVOID Parameters);
PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size);
ULONG NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);
PVOID NTAPI RtlDestroyHeap(PVOID HeapHandle);
SIZE_T NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, const VOID* BaseAddress);

#ifdef __cplusplus
}
#endif
