/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic table routines on AVL trees, ntddk/nf-ntddk-rtlinitializegenerictableavl and its
 * family. */
#include "conformance.h"

typedef struct {
    ULONG Key, Value;
} ENTRY;

static ULONG Allocated;
static BOOLEAN RefuseMemory;

static RTL_GENERIC_COMPARE_RESULTS NTAPI Compare(RTL_AVL_TABLE* Table, PVOID First, PVOID Second) {
    ULONG a = ((ENTRY*)First)->Key, b = ((ENTRY*)Second)->Key;
    UNREFERENCED_PARAMETER(Table);
    return a < b ? GenericLessThan : a > b ? GenericGreaterThan : GenericEqual;
}
static PVOID NTAPI Allocate(RTL_AVL_TABLE* Table, CLONG ByteSize) {
    UNREFERENCED_PARAMETER(Table);
    if (RefuseMemory) return NULL;
    Allocated++;
    return ExAllocatePoolWithTag(NonPagedPoolNx, ByteSize, CONFORMANCE_TAG);
}
static VOID NTAPI Free(RTL_AVL_TABLE* Table, PVOID Buffer) {
    UNREFERENCED_PARAMETER(Table);
    Allocated--;
    ExFreePoolWithTag(Buffer, CONFORMANCE_TAG);
}

static ENTRY* Insert(RTL_AVL_TABLE* Table, ULONG Key) {
    ENTRY entry = {Key, Key * 10};
    return RtlInsertElementGenericTableAvl(Table, &entry, sizeof(entry), NULL);
}
/* 5 elements: 50 10 40 20 30, inserted in that order. */
static VOID Make(RTL_AVL_TABLE* Table) {
    static const ULONG keys[] = {50, 10, 40, 20, 30};
    ULONG i;
    Allocated = 0;
    RefuseMemory = FALSE;
    RtlInitializeGenericTableAvl(Table, Compare, Allocate, Free, Table);
    for (i = 0; i < RTL_NUMBER_OF(keys); i++) Insert(Table, keys[i]);
}
static VOID Clear(RTL_AVL_TABLE* Table) {
    ENTRY* entry;
    while ((entry = RtlGetElementGenericTableAvl(Table, 0)) != NULL) {
        ENTRY key = *entry;
        REQUIRE(RtlDeleteElementGenericTableAvl(Table, &key));
    }
    CHECK_EQ(Allocated, 0);
}
static ENTRY* Find(RTL_AVL_TABLE* Table, ULONG Key) {
    ENTRY entry = {Key, 0};
    return RtlLookupElementGenericTableAvl(Table, &entry);
}

CONFORMANCE(RtlInitializeGenericTableAvl, MakesAnEmptyTable) {
    RTL_AVL_TABLE table;
    RtlInitializeGenericTableAvl(&table, Compare, Allocate, Free, &Allocated);
    CHECK_EQ(table.TableContext, &Allocated);
    CHECK(RtlIsGenericTableEmptyAvl(&table));
}

CONFORMANCE(RtlInsertElementGenericTableAvl, CopiesAndRefusesDuplicates) {
    RTL_AVL_TABLE table;
    ENTRY entry = {7, 70}, *first;
    BOOLEAN isNew = FALSE;
    Make(&table);
    first = RtlInsertElementGenericTableAvl(&table, &entry, sizeof(entry), &isNew);
    REQUIRE(first != NULL);
    CHECK(isNew);
    CHECK(first != &entry);
    CHECK_EQ(first->Value, 70);
    entry.Value = 71;
    CHECK_EQ(RtlInsertElementGenericTableAvl(&table, &entry, sizeof(entry), &isNew), first);
    CHECK(!isNew);
    CHECK_EQ(first->Value, 70);
    Clear(&table);
}

CONFORMANCE(RtlInsertElementGenericTableAvl, IsNullWithoutMemory) {
    RTL_AVL_TABLE table;
    ENTRY entry = {7, 70};
    BOOLEAN isNew = TRUE;
    Make(&table);
    RefuseMemory = TRUE;
    CHECK_EQ(RtlInsertElementGenericTableAvl(&table, &entry, sizeof(entry), &isNew), NULL);
    CHECK_EQ(RtlNumberGenericTableElementsAvl(&table), 5);
    Clear(&table);
}

CONFORMANCE(RtlLookupElementGenericTableAvl, FindsByKey) {
    RTL_AVL_TABLE table;
    Make(&table);
    REQUIRE(Find(&table, 20) != NULL);
    CHECK_EQ(Find(&table, 20)->Value, 200);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(Find(&table, 25), NULL));
    Clear(&table);
}

CONFORMANCE(RtlLookupElementGenericTableFullAvl, SaysWhereTheElementBelongs) {
    RTL_AVL_TABLE table;
    ENTRY key = {20, 0}, missing = {25, 0};
    PVOID place = NULL;
    TABLE_SEARCH_RESULT result;
    Make(&table);
    CHECK_EQ(RtlLookupElementGenericTableFullAvl(&table, &key, &place, &result), Find(&table, 20));
    CHECK_EQ(result, TableFoundNode);
    CHECK_EQ(RtlLookupElementGenericTableFullAvl(&table, &missing, &place, &result), NULL);
    CHECK(result == TableInsertAsLeft || result == TableInsertAsRight);
    CHECK(place != NULL);
    Clear(&table);
    CHECK_EQ(RtlLookupElementGenericTableFullAvl(&table, &key, &place, &result), NULL);
    CHECK_EQ(result, TableEmptyTree);
}

CONFORMANCE(RtlInsertElementGenericTableFullAvl, InsertsWhereTheLookupSaid) {
    RTL_AVL_TABLE table;
    ENTRY entry = {25, 250};
    PVOID place = NULL;
    TABLE_SEARCH_RESULT result;
    BOOLEAN isNew = FALSE;
    Make(&table);
    RtlLookupElementGenericTableFullAvl(&table, &entry, &place, &result);
    REQUIRE(RtlInsertElementGenericTableFullAvl(&table, &entry, sizeof(entry), &isNew, place,
                                                result) != NULL);
    CHECK(isNew);
    REQUIRE(Find(&table, 25) != NULL);
    RtlLookupElementGenericTableFullAvl(&table, &entry, &place, &result);
    CHECK_EQ(
        RtlInsertElementGenericTableFullAvl(&table, &entry, sizeof(entry), &isNew, place, result),
        Find(&table, 25));
    CHECK(!isNew);
    Clear(&table);
}

CONFORMANCE(RtlDeleteElementGenericTableAvl, FreesWhatItFound) {
    RTL_AVL_TABLE table;
    ENTRY key = {40, 0};
    Make(&table);
    CHECK(RtlDeleteElementGenericTableAvl(&table, &key));
    CHECK_EQ(Allocated, 4);
    CHECK_EQ(Find(&table, 40), NULL);
    AT_IRQL(DISPATCH_LEVEL, CHECK(!RtlDeleteElementGenericTableAvl(&table, &key)));
    Clear(&table);
}

CONFORMANCE(RtlEnumerateGenericTableAvl, GoesThroughInOrder) {
    RTL_AVL_TABLE table;
    ENTRY* entry;
    ULONG last = 0, count = 0;
    Make(&table);
    for (entry = RtlEnumerateGenericTableAvl(&table, TRUE); entry != NULL && count < 9;
         entry = RtlEnumerateGenericTableAvl(&table, FALSE), count++) {
        CHECK(entry->Key > last);
        last = entry->Key;
    }
    CHECK_EQ(count, 5);
    entry = RtlEnumerateGenericTableAvl(&table, TRUE);
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 10);
    Clear(&table);
    CHECK_EQ(RtlEnumerateGenericTableAvl(&table, TRUE), NULL);
}

CONFORMANCE(RtlEnumerateGenericTableWithoutSplayingAvl, GoesThroughInOrder) {
    RTL_AVL_TABLE table;
    ENTRY* entry;
    PVOID restart = NULL;
    ULONG last = 0, count = 0;
    Make(&table);
    while ((entry = RtlEnumerateGenericTableWithoutSplayingAvl(&table, &restart)) != NULL &&
           count < 9) {
        CHECK(entry->Key > last);
        last = entry->Key;
        count++;
    }
    CHECK_EQ(count, 5);
    restart = NULL;
    AT_IRQL(DISPATCH_LEVEL, entry = RtlEnumerateGenericTableWithoutSplayingAvl(&table, &restart));
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 10);
    Clear(&table);
}

CONFORMANCE(RtlGetElementGenericTableAvl, ReachesEachElementOnce) {
    RTL_AVL_TABLE table;
    ULONG i, sum = 0;
    Make(&table);
    for (i = 0; i < 5; i++) {
        ENTRY* entry = RtlGetElementGenericTableAvl(&table, i);
        REQUIRE(entry != NULL);
        sum += entry->Key;
    }
    CHECK_EQ(sum, 150);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlGetElementGenericTableAvl(&table, 5), NULL));
    Clear(&table);
}

NTSYSAPI VOID NTAPI RtlDeleteElementGenericTableAvlEx(PRTL_AVL_TABLE Table, PVOID NodeOrParent);

CONFORMANCE(RtlDeleteElementGenericTableAvlEx, DeletesTheNodeThatALookupFound) {
    RTL_AVL_TABLE table;
    ENTRY key = {20, 0};
    PVOID node = NULL;
    TABLE_SEARCH_RESULT result;
    Make(&table);
    RtlLookupElementGenericTableFullAvl(&table, &key, &node, &result);
    REQUIRE(result == TableFoundNode);
    RtlDeleteElementGenericTableAvlEx(&table, node);
    CHECK_EQ(Find(&table, 20), NULL);
    CHECK_EQ(Allocated, 4);
    Clear(&table);
}

/* Compares tens: 20 and 25 match. */
static RTL_GENERIC_COMPARE_RESULTS NTAPI CompareTens(PRTL_AVL_TABLE Table, PVOID First,
                                                     PVOID Second) {
    ULONG a = ((ENTRY*)First)->Key / 10, b = ((ENTRY*)Second)->Key / 10;
    UNREFERENCED_PARAMETER(Table);
    return a < b ? GenericLessThan : a > b ? GenericGreaterThan : GenericEqual;
}

CONFORMANCE(RtlLookupFirstMatchingElementGenericTableAvl, FindsTheFirstOfSeveralMatches) {
    RTL_AVL_TABLE table;
    ENTRY key = {29, 0}, *entry;
    PVOID restart = NULL;
    Make(&table);
    Insert(&table, 25);
    Insert(&table, 27);
    table.CompareRoutine = CompareTens;
    entry = RtlLookupFirstMatchingElementGenericTableAvl(&table, &key, &restart);
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 20);
    entry = RtlEnumerateGenericTableWithoutSplayingAvl(&table, &restart);
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 25);
    key.Key = 90;
    AT_IRQL(APC_LEVEL,
            CHECK_EQ(RtlLookupFirstMatchingElementGenericTableAvl(&table, &key, &restart), NULL));
    table.CompareRoutine = Compare;
    Clear(&table);
}

static NTSTATUS NTAPI MatchEvenTens(PRTL_AVL_TABLE Table, PVOID UserData, PVOID MatchData) {
    UNREFERENCED_PARAMETER(Table);
    return ((ENTRY*)UserData)->Key / 10 % 2 == *(ULONG*)MatchData ? STATUS_SUCCESS
                                                                  : STATUS_NO_MATCH;
}

CONFORMANCE(RtlEnumerateGenericTableLikeADirectory, ResumesAndMatches) {
    RTL_AVL_TABLE table;
    ENTRY start = {20, 0}, *entry;
    PVOID restart = NULL;
    ULONG deletions = 0, wanted = 0;
    Make(&table);
    entry = RtlEnumerateGenericTableLikeADirectory(&table, NULL, NULL, FALSE, &restart, &deletions,
                                                   &start);
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 20);
    entry = RtlEnumerateGenericTableLikeADirectory(&table, NULL, NULL, TRUE, &restart, &deletions,
                                                   &start);
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 30);
    entry = RtlEnumerateGenericTableLikeADirectory(&table, MatchEvenTens, &wanted, TRUE, &restart,
                                                   &deletions, &start);
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 40);
    AT_IRQL(APC_LEVEL, entry = RtlEnumerateGenericTableLikeADirectory(
                           &table, MatchEvenTens, &wanted, TRUE, &restart, &deletions, &start));
    CHECK_EQ(entry, NULL);
    Clear(&table);
}

CONFORMANCE(RtlEnumerateGenericTableLikeADirectory, GoesByTheBufferAfterADeletion) {
    RTL_AVL_TABLE table;
    ENTRY start = {20, 0}, *entry;
    PVOID restart = NULL;
    ULONG deletions = 0;
    Make(&table);
    entry = RtlEnumerateGenericTableLikeADirectory(&table, NULL, NULL, FALSE, &restart, &deletions,
                                                   &start);
    REQUIRE(entry != NULL && entry->Key == 20);
    RtlDeleteElementGenericTableAvl(&table, &start);
    entry = RtlEnumerateGenericTableLikeADirectory(&table, NULL, NULL, TRUE, &restart, &deletions,
                                                   &start);
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 30);
    Clear(&table);
}

CONFORMANCE(RtlNumberGenericTableElementsAvl, Counts) {
    RTL_AVL_TABLE table;
    Make(&table);
    CHECK_EQ(RtlNumberGenericTableElementsAvl(&table), 5);
    Insert(&table, 50);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlNumberGenericTableElementsAvl(&table), 5));
    Clear(&table);
    CHECK_EQ(RtlNumberGenericTableElementsAvl(&table), 0);
}

CONFORMANCE(RtlIsGenericTableEmptyAvl, TellsWhetherAnyElementIsThere) {
    RTL_AVL_TABLE table;
    Make(&table);
    CHECK(!RtlIsGenericTableEmptyAvl(&table));
    Clear(&table);
    AT_IRQL(DISPATCH_LEVEL, CHECK(RtlIsGenericTableEmptyAvl(&table)));
}
