// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(ExInitializeNPagedLookasideList, StartsEmpty) {
    static NPAGED_LOOKASIDE_LIST list;
    AT_IRQL(DISPATCH_LEVEL,
            ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 128, CONFORMANCE_TAG, 0));
    CHECK_EQ(list.L.Size, 128);
    CHECK_EQ(list.L.Tag, CONFORMANCE_TAG);
    CHECK_EQ(ExQueryDepthSList(&list.L.ListHead), 0);
    ExDeleteNPagedLookasideList(&list);
}
static LONG Made, Freed;
static PVOID NTAPI Make(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag) {
    InterlockedIncrement(&Made);
    return ExAllocatePoolWithTag(Type, Bytes, Tag);
}
static VOID NTAPI Free(PVOID Block) {
    InterlockedIncrement(&Freed);
    ExFreePool(Block);
}
CONFORMANCE(ExDeleteNPagedLookasideList, FreesWhatIsKept) {
    static NPAGED_LOOKASIDE_LIST list;
    PVOID block;
    Made = Freed = 0;
    ExInitializeNPagedLookasideList(&list, Make, Free, 0, 128, CONFORMANCE_TAG, 0);
    block = ExAllocateFromNPagedLookasideList(&list);
    ExFreeToNPagedLookasideList(&list, block);
    AT_IRQL(DISPATCH_LEVEL, ExDeleteNPagedLookasideList(&list));
    CHECK_EQ(Made, 1);
    CHECK_EQ(Freed, 1);
}
CONFORMANCE(ExAllocateFromNPagedLookasideList, TakesWhatIsKeptFirst) {
    static NPAGED_LOOKASIDE_LIST list;
    PVOID block = NULL, again = NULL;
    Made = Freed = 0;
    ExInitializeNPagedLookasideList(&list, Make, Free, 0, 128, CONFORMANCE_TAG, 0);
    AT_IRQL(DISPATCH_LEVEL, block = ExAllocateFromNPagedLookasideList(&list));
    REQUIRE(block != NULL);
    ExFreeToNPagedLookasideList(&list, block);
    again = ExAllocateFromNPagedLookasideList(&list);
    CHECK_EQ(again, block);
    CHECK_EQ(Made, 1);
    ExFreeToNPagedLookasideList(&list, again);
    ExDeleteNPagedLookasideList(&list);
}
CONFORMANCE(ExFreeToNPagedLookasideList, KeepsTheBlock) {
    static NPAGED_LOOKASIDE_LIST list;
    PVOID block;
    Made = Freed = 0;
    ExInitializeNPagedLookasideList(&list, Make, Free, 0, 128, CONFORMANCE_TAG, 0);
    block = ExAllocateFromNPagedLookasideList(&list);
    AT_IRQL(DISPATCH_LEVEL, ExFreeToNPagedLookasideList(&list, block));
    CHECK_EQ(Freed, 0);
    CHECK_EQ(ExQueryDepthSList(&list.L.ListHead), 1);
    ExDeleteNPagedLookasideList(&list);
}
