/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic table routines on splay trees, ntddk/nf-ntddk-rtlinitializegenerictable and its
 * family. */
#include "conformance.h"

typedef struct {
    ULONG Key, Value;
} ENTRY;

static ULONG Allocated;
static BOOLEAN RefuseMemory;

static RTL_GENERIC_COMPARE_RESULTS NTAPI Compare(RTL_GENERIC_TABLE* Table, PVOID First,
                                                 PVOID Second) {
    ULONG a = ((ENTRY*)First)->Key, b = ((ENTRY*)Second)->Key;
    UNREFERENCED_PARAMETER(Table);
    return a < b ? GenericLessThan : a > b ? GenericGreaterThan : GenericEqual;
}
static PVOID NTAPI Allocate(RTL_GENERIC_TABLE* Table, CLONG ByteSize) {
    UNREFERENCED_PARAMETER(Table);
    if (RefuseMemory) return NULL;
    Allocated++;
    return ExAllocatePoolWithTag(NonPagedPoolNx, ByteSize, CONFORMANCE_TAG);
}
static VOID NTAPI Free(RTL_GENERIC_TABLE* Table, PVOID Buffer) {
    UNREFERENCED_PARAMETER(Table);
    Allocated--;
    ExFreePoolWithTag(Buffer, CONFORMANCE_TAG);
}

static ENTRY* Insert(RTL_GENERIC_TABLE* Table, ULONG Key) {
    ENTRY entry = {Key, Key * 10};
    return RtlInsertElementGenericTable(Table, &entry, sizeof(entry), NULL);
}
/* 5 elements: 50 10 40 20 30, inserted in that order. */
static VOID Make(RTL_GENERIC_TABLE* Table) {
    static const ULONG keys[] = {50, 10, 40, 20, 30};
    ULONG i;
    Allocated = 0;
    RefuseMemory = FALSE;
    RtlInitializeGenericTable(Table, Compare, Allocate, Free, Table);
    for (i = 0; i < RTL_NUMBER_OF(keys); i++) Insert(Table, keys[i]);
}
static VOID Clear(RTL_GENERIC_TABLE* Table) {
    ENTRY* entry;
    while ((entry = RtlGetElementGenericTable(Table, 0)) != NULL) {
        ENTRY key = *entry;
        REQUIRE(RtlDeleteElementGenericTable(Table, &key));
    }
    CHECK_EQ(Allocated, 0);
}
static ENTRY* Find(RTL_GENERIC_TABLE* Table, ULONG Key) {
    ENTRY entry = {Key, 0};
    return RtlLookupElementGenericTable(Table, &entry);
}

CONFORMANCE(RtlInitializeGenericTable, MakesAnEmptyTable) {
    RTL_GENERIC_TABLE table;
    RtlInitializeGenericTable(&table, Compare, Allocate, Free, &Allocated);
    CHECK_EQ(table.TableContext, &Allocated);
    CHECK(RtlIsGenericTableEmpty(&table));
}

CONFORMANCE(RtlInsertElementGenericTable, CopiesAndRefusesDuplicates) {
    RTL_GENERIC_TABLE table;
    ENTRY entry = {7, 70}, *first;
    BOOLEAN isNew = FALSE;
    Make(&table);
    first = RtlInsertElementGenericTable(&table, &entry, sizeof(entry), &isNew);
    REQUIRE(first != NULL);
    CHECK(isNew);
    CHECK(first != &entry);
    CHECK_EQ(first->Value, 70);
    entry.Value = 71;
    CHECK_EQ(RtlInsertElementGenericTable(&table, &entry, sizeof(entry), &isNew), first);
    CHECK(!isNew);
    CHECK_EQ(first->Value, 70);
    Clear(&table);
}

CONFORMANCE(RtlInsertElementGenericTable, IsNullWithoutMemory) {
    RTL_GENERIC_TABLE table;
    ENTRY entry = {7, 70};
    BOOLEAN isNew = TRUE;
    Make(&table);
    RefuseMemory = TRUE;
    CHECK_EQ(RtlInsertElementGenericTable(&table, &entry, sizeof(entry), &isNew), NULL);
    CHECK_EQ(RtlNumberGenericTableElements(&table), 5);
    Clear(&table);
}

CONFORMANCE(RtlLookupElementGenericTable, FindsByKey) {
    RTL_GENERIC_TABLE table;
    Make(&table);
    REQUIRE(Find(&table, 20) != NULL);
    CHECK_EQ(Find(&table, 20)->Value, 200);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(Find(&table, 25), NULL));
    Clear(&table);
}

CONFORMANCE(RtlLookupElementGenericTableFull, SaysWhereTheElementBelongs) {
    RTL_GENERIC_TABLE table;
    ENTRY key = {20, 0}, missing = {25, 0};
    PVOID place = NULL;
    TABLE_SEARCH_RESULT result;
    Make(&table);
    CHECK_EQ(RtlLookupElementGenericTableFull(&table, &key, &place, &result), Find(&table, 20));
    CHECK_EQ(result, TableFoundNode);
    CHECK_EQ(RtlLookupElementGenericTableFull(&table, &missing, &place, &result), NULL);
    CHECK(result == TableInsertAsLeft || result == TableInsertAsRight);
    CHECK(place != NULL);
    Clear(&table);
    CHECK_EQ(RtlLookupElementGenericTableFull(&table, &key, &place, &result), NULL);
    CHECK_EQ(result, TableEmptyTree);
}

CONFORMANCE(RtlInsertElementGenericTableFull, InsertsWhereTheLookupSaid) {
    RTL_GENERIC_TABLE table;
    ENTRY entry = {25, 250};
    PVOID place = NULL;
    TABLE_SEARCH_RESULT result;
    BOOLEAN isNew = FALSE;
    Make(&table);
    RtlLookupElementGenericTableFull(&table, &entry, &place, &result);
    REQUIRE(RtlInsertElementGenericTableFull(&table, &entry, sizeof(entry), &isNew, place,
                                             result) != NULL);
    CHECK(isNew);
    REQUIRE(Find(&table, 25) != NULL);
    RtlLookupElementGenericTableFull(&table, &entry, &place, &result);
    CHECK_EQ(RtlInsertElementGenericTableFull(&table, &entry, sizeof(entry), &isNew, place, result),
             Find(&table, 25));
    CHECK(!isNew);
    Clear(&table);
}

CONFORMANCE(RtlDeleteElementGenericTable, FreesWhatItFound) {
    RTL_GENERIC_TABLE table;
    ENTRY key = {40, 0};
    Make(&table);
    CHECK(RtlDeleteElementGenericTable(&table, &key));
    CHECK_EQ(Allocated, 4);
    CHECK_EQ(Find(&table, 40), NULL);
    AT_IRQL(DISPATCH_LEVEL, CHECK(!RtlDeleteElementGenericTable(&table, &key)));
    Clear(&table);
}

CONFORMANCE(RtlEnumerateGenericTable, GoesThroughInOrder) {
    RTL_GENERIC_TABLE table;
    ENTRY* entry;
    ULONG last = 0, count = 0;
    Make(&table);
    for (entry = RtlEnumerateGenericTable(&table, TRUE); entry != NULL && count < 9;
         entry = RtlEnumerateGenericTable(&table, FALSE), count++) {
        CHECK(entry->Key > last);
        last = entry->Key;
    }
    CHECK_EQ(count, 5);
    entry = RtlEnumerateGenericTable(&table, TRUE);
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 10);
    Clear(&table);
    CHECK_EQ(RtlEnumerateGenericTable(&table, TRUE), NULL);
}

CONFORMANCE(RtlEnumerateGenericTableWithoutSplaying, GoesThroughInOrder) {
    RTL_GENERIC_TABLE table;
    ENTRY* entry;
    PVOID restart = NULL;
    ULONG last = 0, count = 0;
    Make(&table);
    while ((entry = RtlEnumerateGenericTableWithoutSplaying(&table, &restart)) != NULL &&
           count < 9) {
        CHECK(entry->Key > last);
        last = entry->Key;
        count++;
    }
    CHECK_EQ(count, 5);
    restart = NULL;
    AT_IRQL(DISPATCH_LEVEL, entry = RtlEnumerateGenericTableWithoutSplaying(&table, &restart));
    REQUIRE(entry != NULL);
    CHECK_EQ(entry->Key, 10);
    Clear(&table);
}

CONFORMANCE(RtlGetElementGenericTable, CountsInTheOrderOfInsertion) {
    RTL_GENERIC_TABLE table;
    static const ULONG order[] = {50, 10, 40, 20, 30};
    ENTRY key = {10, 0};
    ULONG i;
    Make(&table);
    for (i = 0; i < 5; i++) {
        ENTRY* entry = RtlGetElementGenericTable(&table, i);
        REQUIRE(entry != NULL);
        CHECK_EQ(entry->Key, order[i]);
    }
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlGetElementGenericTable(&table, 5), NULL));
    RtlDeleteElementGenericTable(&table, &key);
    CHECK_EQ(((ENTRY*)RtlGetElementGenericTable(&table, 1))->Key, 40);
    Clear(&table);
}

CONFORMANCE(RtlNumberGenericTableElements, Counts) {
    RTL_GENERIC_TABLE table;
    Make(&table);
    CHECK_EQ(RtlNumberGenericTableElements(&table), 5);
    Insert(&table, 50);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlNumberGenericTableElements(&table), 5));
    Clear(&table);
    CHECK_EQ(RtlNumberGenericTableElements(&table), 0);
}

CONFORMANCE(RtlIsGenericTableEmpty, TellsWhetherAnyElementIsThere) {
    RTL_GENERIC_TABLE table;
    Make(&table);
    CHECK(!RtlIsGenericTableEmpty(&table));
    Clear(&table);
    AT_IRQL(DISPATCH_LEVEL, CHECK(RtlIsGenericTableEmpty(&table)));
}
