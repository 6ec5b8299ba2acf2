/* SPDX-License-Identifier: GPL-2.0-only */
/* Declared in ntifs.h beside RtlAllocateHeap. */
#include "conformance.h"

extern PVOID(NTAPI* const __imp_RtlCreateHeap)(ULONG, PVOID, SIZE_T, SIZE_T, PVOID, PVOID);
extern PVOID(NTAPI* const __imp_RtlAllocateHeap)(PVOID, ULONG, SIZE_T);
extern PVOID(NTAPI* const __imp_RtlDestroyHeap)(PVOID);
extern SIZE_T(NTAPI* const __imp_RtlSizeHeap)(PVOID, ULONG, const VOID*);

CONFORMANCE(RtlSizeHeap, GivesTheSizeOfABlock) {
    PVOID heap = __imp_RtlCreateHeap(2, NULL, 0, 0, NULL, NULL), block;
    REQUIRE(heap != NULL);
    block = __imp_RtlAllocateHeap(heap, 0, 1234);
    REQUIRE(block != NULL);
    CHECK_EQ(__imp_RtlSizeHeap(heap, 0, block), 1234);
    __imp_RtlDestroyHeap(heap);
}
