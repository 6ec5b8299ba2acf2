// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

static LONG Made, Freed;
static PVOID NTAPI Make(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag) {
    InterlockedIncrement(&Made);
    return ExAllocatePoolWithTag(Type, Bytes, Tag);
}
static VOID NTAPI Free(PVOID Block) {
    InterlockedIncrement(&Freed);
    ExFreePool(Block);
}
CONFORMANCE(ExInitializePagedLookasideList, StartsEmpty) {
    static PAGED_LOOKASIDE_LIST list;
    AT_IRQL(APC_LEVEL,
            ExInitializePagedLookasideList(&list, NULL, NULL, 0, 128, CONFORMANCE_TAG, 0));
    CHECK_EQ(list.L.Size, 128);
    ExDeletePagedLookasideList(&list);
}
CONFORMANCE(ExDeletePagedLookasideList, FreesWhatIsKept) {
    static PAGED_LOOKASIDE_LIST list;
    PVOID block;
    Made = Freed = 0;
    ExInitializePagedLookasideList(&list, Make, Free, 0, 128, CONFORMANCE_TAG, 0);
    block = ExAllocateFromPagedLookasideList(&list);
    ExFreeToPagedLookasideList(&list, block);
    ExDeletePagedLookasideList(&list);
    CHECK_EQ(Made, 1);
    CHECK_EQ(Freed, 1);
}
CONFORMANCE(ExAllocateFromPagedLookasideList, TakesWhatIsKeptFirst) {
    static PAGED_LOOKASIDE_LIST list;
    PVOID block, again;
    ExInitializePagedLookasideList(&list, NULL, NULL, 0, 128, CONFORMANCE_TAG, 0);
    block = ExAllocateFromPagedLookasideList(&list);
    REQUIRE(block != NULL);
    ExFreeToPagedLookasideList(&list, block);
    AT_IRQL(APC_LEVEL, again = ExAllocateFromPagedLookasideList(&list));
    CHECK_EQ(again, block);
    ExFreeToPagedLookasideList(&list, again);
    ExDeletePagedLookasideList(&list);
}
CONFORMANCE(ExFreeToPagedLookasideList, KeepsTheBlock) {
    static PAGED_LOOKASIDE_LIST list;
    PVOID block;
    Made = Freed = 0;
    ExInitializePagedLookasideList(&list, Make, Free, 0, 128, CONFORMANCE_TAG, 0);
    block = ExAllocateFromPagedLookasideList(&list);
    AT_IRQL(APC_LEVEL, ExFreeToPagedLookasideList(&list, block));
    CHECK_EQ(Freed, 0);
    ExDeletePagedLookasideList(&list);
    CHECK_EQ(Freed, 1);
}
