/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlCreateHeap, RtlFreeHeap and RtlDestroyHeap, each with a page of its own. */
#include "conformance.h"

#undef HEAP_GROWABLE
#undef HEAP_ZERO_MEMORY
#undef HEAP_GENERATE_EXCEPTIONS
#define HEAP_GROWABLE            2
#define HEAP_GENERATE_EXCEPTIONS 4
#define HEAP_ZERO_MEMORY         8
extern PVOID(NTAPI* const __imp_RtlCreateHeap)(ULONG, PVOID, SIZE_T, SIZE_T, PVOID, PVOID);
extern PVOID(NTAPI* const __imp_RtlAllocateHeap)(PVOID, ULONG, SIZE_T);
extern ULONG(NTAPI* const __imp_RtlFreeHeap)(PVOID, ULONG, PVOID);
extern PVOID(NTAPI* const __imp_RtlDestroyHeap)(PVOID);

CONFORMANCE(RtlAllocateHeap, GivesMemoryOfItsOwn) {
    PVOID heap = __imp_RtlCreateHeap(HEAP_GROWABLE, NULL, 0, 0, NULL, NULL);
    UCHAR *first, *second;
    ULONG i, sum = 0;
    REQUIRE(heap != NULL);
    first = __imp_RtlAllocateHeap(heap, HEAP_ZERO_MEMORY, 1000);
    second = __imp_RtlAllocateHeap(heap, 0, 0x100000);
    REQUIRE(first != NULL && second != NULL);
    for (i = 0; i < 1000; i++) sum += first[i];
    CHECK_EQ(sum, 0);
    RtlFillMemory(second, 0x100000, 7);
    CHECK_EQ(first[999], 0);
    CHECK_EQ(__imp_RtlDestroyHeap(heap), NULL);
}

CONFORMANCE(RtlAllocateHeap, KeepsToTheSizeOfAHeapThatCannotGrow) {
    PVOID heap = __imp_RtlCreateHeap(0, NULL, 0x10000, 0, NULL, NULL);
    REQUIRE(heap != NULL);
    CHECK_EQ(__imp_RtlAllocateHeap(heap, 0, 0x20000), NULL);
    CHECK(__imp_RtlAllocateHeap(heap, 0, 0x4000) != NULL);
    CHECK_RAISES(__imp_RtlAllocateHeap(heap, HEAP_GENERATE_EXCEPTIONS, 0x20000), STATUS_NO_MEMORY);
    CHECK_EQ(__imp_RtlDestroyHeap(heap), NULL);
}

CONFORMANCE(RtlFreeHeap, MakesRoomAgain) {
    PVOID heap = __imp_RtlCreateHeap(0, NULL, 0x10000, 0, NULL, NULL), block;
    ULONG i;
    REQUIRE(heap != NULL);
    for (i = 0; i < 50; i++) {
        block = __imp_RtlAllocateHeap(heap, 0, 0x8000);
        REQUIRE(block != NULL);
        CHECK(__imp_RtlFreeHeap(heap, 0, block));
    }
    CHECK_EQ(__imp_RtlDestroyHeap(heap), NULL);
}

CONFORMANCE(RtlDestroyHeap, FreesWhatIsStillAllocated) {
    PVOID heap = __imp_RtlCreateHeap(HEAP_GROWABLE, NULL, 0, 0, NULL, NULL);
    ULONG i;
    REQUIRE(heap != NULL);
    for (i = 0; i < 10; i++) CHECK(__imp_RtlAllocateHeap(heap, 0, 100 << i) != NULL);
    CHECK_EQ(__imp_RtlDestroyHeap(heap), NULL);
}
