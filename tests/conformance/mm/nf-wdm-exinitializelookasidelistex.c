// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

static LONG Made, Freed;
static PVOID NTAPI Make(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, PLOOKASIDE_LIST_EX List) {
    UNREFERENCED_PARAMETER(List);
    InterlockedIncrement(&Made);
    return ExAllocatePoolWithTag(Type, Bytes, Tag);
}
static VOID NTAPI Free(PVOID Block, PLOOKASIDE_LIST_EX List) {
    UNREFERENCED_PARAMETER(List);
    InterlockedIncrement(&Freed);
    ExFreePool(Block);
}
CONFORMANCE(ExInitializeLookasideListEx, MakesAListOfAPool) {
    static LOOKASIDE_LIST_EX list;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    AT_IRQL(DISPATCH_LEVEL, status = ExInitializeLookasideListEx(&list, Make, Free, NonPagedPoolNx,
                                                                 0, 128, CONFORMANCE_TAG, 0));
    CHECK_STATUS(status, STATUS_SUCCESS);
    ExDeleteLookasideListEx(&list);
}
CONFORMANCE(ExAllocateFromLookasideListEx, TakesWhatIsKeptFirst) {
    static LOOKASIDE_LIST_EX list;
    PVOID block, again;
    Made = Freed = 0;
    CHECK_SUCCESS(
        ExInitializeLookasideListEx(&list, Make, Free, NonPagedPoolNx, 0, 128, CONFORMANCE_TAG, 0));
    block = ExAllocateFromLookasideListEx(&list);
    REQUIRE(block != NULL);
    ExFreeToLookasideListEx(&list, block);
    again = ExAllocateFromLookasideListEx(&list);
    CHECK_EQ(again, block);
    CHECK_EQ(Made, 1);
    ExFreeToLookasideListEx(&list, again);
    ExDeleteLookasideListEx(&list);
}
CONFORMANCE(ExFreeToLookasideListEx, KeepsTheBlock) {
    static LOOKASIDE_LIST_EX list;
    PVOID block;
    Made = Freed = 0;
    CHECK_SUCCESS(
        ExInitializeLookasideListEx(&list, Make, Free, NonPagedPoolNx, 0, 128, CONFORMANCE_TAG, 0));
    block = ExAllocateFromLookasideListEx(&list);
    AT_IRQL(DISPATCH_LEVEL, ExFreeToLookasideListEx(&list, block));
    CHECK_EQ(Freed, 0);
    ExDeleteLookasideListEx(&list);
}
CONFORMANCE(ExFlushLookasideListEx, FreesWhatIsKept) {
    static LOOKASIDE_LIST_EX list;
    PVOID block;
    Made = Freed = 0;
    CHECK_SUCCESS(
        ExInitializeLookasideListEx(&list, Make, Free, NonPagedPoolNx, 0, 128, CONFORMANCE_TAG, 0));
    block = ExAllocateFromLookasideListEx(&list);
    ExFreeToLookasideListEx(&list, block);
    ExFlushLookasideListEx(&list);
    CHECK_EQ(Freed, 1);
    ExDeleteLookasideListEx(&list);
    CHECK_EQ(Freed, 1);
}
CONFORMANCE(ExDeleteLookasideListEx, FreesWhatIsKept) {
    static LOOKASIDE_LIST_EX list;
    PVOID block;
    Made = Freed = 0;
    CHECK_SUCCESS(
        ExInitializeLookasideListEx(&list, Make, Free, NonPagedPoolNx, 0, 128, CONFORMANCE_TAG, 0));
    block = ExAllocateFromLookasideListEx(&list);
    ExFreeToLookasideListEx(&list, block);
    ExDeleteLookasideListEx(&list);
    CHECK_EQ(Freed, 1);
}
