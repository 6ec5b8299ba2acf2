/* SPDX-License-Identifier: GPL-2.0-only */
/* The dynamic hash tables: no page describes them; ntddk.h has structures, prototypes and accessors
 * (RtlTotalEntriesHashTable and so on). */
#include "conformance.h"

NTSYSAPI BOOLEAN NTAPI RtlCreateHashTableEx(PRTL_DYNAMIC_HASH_TABLE* HashTable, ULONG InitialSize,
                                            ULONG Shift, ULONG Flags);
#define ENTRIES 500
static RTL_DYNAMIC_HASH_TABLE_ENTRY Entries[ENTRIES];

static ULONG_PTR SignatureOf(ULONG Index) { return (ULONG_PTR)(Index + 1) * 0x10; }

static PRTL_DYNAMIC_HASH_TABLE Make(VOID) {
    PRTL_DYNAMIC_HASH_TABLE table = NULL;
    ULONG i;
    if (!RtlCreateHashTable(&table, 4, 0)) return NULL;
    for (i = 0; i < ENTRIES; i++)
        CHECK(RtlInsertEntryHashTable(table, &Entries[i], SignatureOf(i), NULL));
    return table;
}
static VOID Check(PRTL_DYNAMIC_HASH_TABLE Table) {
    ULONG i;
    for (i = 0; i < ENTRIES; i++)
        CHECK_EQ(RtlLookupEntryHashTable(Table, SignatureOf(i), NULL), &Entries[i]);
    CHECK_EQ(RtlTotalEntriesHashTable(Table), ENTRIES);
}

CONFORMANCE(RtlCreateHashTable, MakesAnEmptyTable) {
    PRTL_DYNAMIC_HASH_TABLE table = NULL;
    REQUIRE(RtlCreateHashTable(&table, 0, 0));
    CHECK_EQ(RtlTotalEntriesHashTable(table), 0);
    CHECK_EQ(RtlNonEmptyBucketsHashTable(table), 0);
    CHECK(RtlTotalBucketsHashTable(table) > 0);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlLookupEntryHashTable(table, 7, NULL), NULL));
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlCreateHashTableEx, TakesTheCallersMemoryAndASize) {
    RTL_DYNAMIC_HASH_TABLE memory;
    PRTL_DYNAMIC_HASH_TABLE table = &memory;
    REQUIRE(RtlCreateHashTableEx(&table, 1000, 0, 0));
    CHECK_EQ(table, &memory);
    CHECK(RtlTotalBucketsHashTable(table) >= 1000);
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlDeleteHashTable, LeavesTheEntriesToTheCaller) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    REQUIRE(table != NULL);
    RtlDeleteHashTable(table);
    CHECK_EQ(Entries[3].Signature, SignatureOf(3));
}

CONFORMANCE(RtlInsertEntryHashTable, KeepsEntriesOfOneSignature) {
    RTL_DYNAMIC_HASH_TABLE_CONTEXT context = {0};
    RTL_DYNAMIC_HASH_TABLE_ENTRY twin;
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    PRTL_DYNAMIC_HASH_TABLE_ENTRY first, second;
    REQUIRE(table != NULL);
    CHECK(RtlInsertEntryHashTable(table, &twin, SignatureOf(9), NULL));
    first = RtlLookupEntryHashTable(table, SignatureOf(9), &context);
    second = RtlGetNextEntryHashTable(table, &context);
    CHECK((first == &twin && second == &Entries[9]) || (second == &twin && first == &Entries[9]));
    CHECK_EQ(RtlGetNextEntryHashTable(table, &context), NULL);
    CHECK_EQ(RtlTotalEntriesHashTable(table), ENTRIES + 1);
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlLookupEntryHashTable, FindsBySignature) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    REQUIRE(table != NULL);
    Check(table);
    CHECK_EQ(RtlLookupEntryHashTable(table, SignatureOf(ENTRIES + 5), NULL), NULL);
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlGetNextEntryHashTable, EndsWithTheSignature) {
    RTL_DYNAMIC_HASH_TABLE_CONTEXT context = {0};
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    REQUIRE(table != NULL);
    CHECK_EQ(RtlLookupEntryHashTable(table, SignatureOf(1), &context), &Entries[1]);
    CHECK_EQ(RtlGetNextEntryHashTable(table, &context), NULL);
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlRemoveEntryHashTable, TakesOneOut) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    ULONG i;
    REQUIRE(table != NULL);
    CHECK(RtlRemoveEntryHashTable(table, &Entries[5], NULL));
    CHECK_EQ(RtlLookupEntryHashTable(table, SignatureOf(5), NULL), NULL);
    CHECK_EQ(RtlTotalEntriesHashTable(table), ENTRIES - 1);
    for (i = 0; i < ENTRIES; i++) {
        if (i != 5) RtlRemoveEntryHashTable(table, &Entries[i], NULL);
    }
    CHECK_EQ(RtlTotalEntriesHashTable(table), 0);
    CHECK_EQ(RtlNonEmptyBucketsHashTable(table), 0);
    RtlDeleteHashTable(table);
}

typedef BOOLEAN(NTAPI* BEGIN)(PRTL_DYNAMIC_HASH_TABLE, PRTL_DYNAMIC_HASH_TABLE_ENUMERATOR);
typedef PRTL_DYNAMIC_HASH_TABLE_ENTRY(NTAPI* NEXT)(PRTL_DYNAMIC_HASH_TABLE,
                                                   PRTL_DYNAMIC_HASH_TABLE_ENUMERATOR);
typedef VOID(NTAPI* END)(PRTL_DYNAMIC_HASH_TABLE, PRTL_DYNAMIC_HASH_TABLE_ENUMERATOR);
/* Counts, removing each third entry on the way when asked. */
static ULONG Count(BEGIN Begin, NEXT Next, END End, BOOLEAN Remove) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    RTL_DYNAMIC_HASH_TABLE_ENUMERATOR enumerator;
    PRTL_DYNAMIC_HASH_TABLE_ENTRY entry;
    ULONG count = 0;
    if (table == NULL || !Begin(table, &enumerator)) return 0;
    CHECK_EQ(RtlActiveEnumeratorsHashTable(table), 1);
    while ((entry = Next(table, &enumerator)) != NULL && count < 2 * ENTRIES) {
        count++;
        if (Remove && count % 3 == 0) RtlRemoveEntryHashTable(table, entry, NULL);
    }
    End(table, &enumerator);
    CHECK_EQ(RtlActiveEnumeratorsHashTable(table), 0);
    CHECK_EQ(RtlTotalEntriesHashTable(table), Remove ? ENTRIES - ENTRIES / 3 : ENTRIES);
    RtlDeleteHashTable(table);
    return count;
}

CONFORMANCE(RtlEnumerateEntryHashTable, ReachesEachEntryOnceWhileTheTableChanges) {
    CHECK_EQ(Count(RtlInitEnumerationHashTable, RtlEnumerateEntryHashTable,
                   RtlEndEnumerationHashTable, FALSE),
             ENTRIES);
    CHECK_EQ(Count(RtlInitEnumerationHashTable, RtlEnumerateEntryHashTable,
                   RtlEndEnumerationHashTable, TRUE),
             ENTRIES);
}

CONFORMANCE(RtlWeaklyEnumerateEntryHashTable, ReachesEachEntryOnce) {
    CHECK_EQ(Count(RtlInitWeakEnumerationHashTable, RtlWeaklyEnumerateEntryHashTable,
                   RtlEndWeakEnumerationHashTable, FALSE),
             ENTRIES);
}

CONFORMANCE(RtlInitEnumerationHashTable, BeginsWithAFixedSize) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    RTL_DYNAMIC_HASH_TABLE_ENUMERATOR enumerator;
    REQUIRE(table != NULL && RtlInitEnumerationHashTable(table, &enumerator));
    AT_IRQL(DISPATCH_LEVEL, CHECK(!RtlExpandHashTable(table)));
    RtlEndEnumerationHashTable(table, &enumerator);
    CHECK(RtlExpandHashTable(table));
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlInitWeakEnumerationHashTable, BeginsWithAFixedSize) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    RTL_DYNAMIC_HASH_TABLE_ENUMERATOR enumerator;
    REQUIRE(table != NULL && RtlInitWeakEnumerationHashTable(table, &enumerator));
    AT_IRQL(DISPATCH_LEVEL, CHECK(!RtlExpandHashTable(table)));
    RtlEndWeakEnumerationHashTable(table, &enumerator);
    CHECK(RtlExpandHashTable(table));
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlEndEnumerationHashTable, LetsTheTableGrowAgain) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    RTL_DYNAMIC_HASH_TABLE_ENUMERATOR enumerator;
    REQUIRE(table != NULL && RtlInitEnumerationHashTable(table, &enumerator));
    AT_IRQL(DISPATCH_LEVEL, CHECK(!RtlExpandHashTable(table)));
    RtlEndEnumerationHashTable(table, &enumerator);
    CHECK(RtlExpandHashTable(table));
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlEndWeakEnumerationHashTable, LetsTheTableGrowAgain) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    RTL_DYNAMIC_HASH_TABLE_ENUMERATOR enumerator;
    REQUIRE(table != NULL && RtlInitWeakEnumerationHashTable(table, &enumerator));
    AT_IRQL(DISPATCH_LEVEL, CHECK(!RtlExpandHashTable(table)));
    RtlEndWeakEnumerationHashTable(table, &enumerator);
    CHECK(RtlExpandHashTable(table));
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlExpandHashTable, AddsABucketAndKeepsTheEntries) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    ULONG buckets, i;
    REQUIRE(table != NULL);
    buckets = RtlTotalBucketsHashTable(table);
    for (i = 1; i <= 600; i++) {
        CHECK(RtlExpandHashTable(table));
        CHECK_EQ(RtlTotalBucketsHashTable(table), buckets + i);
    }
    Check(table);
    RtlDeleteHashTable(table);
}

CONFORMANCE(RtlContractHashTable, TakesABucketAwayAndKeepsTheEntries) {
    PRTL_DYNAMIC_HASH_TABLE table = Make();
    ULONG buckets, i;
    REQUIRE(table != NULL);
    buckets = RtlTotalBucketsHashTable(table);
    for (i = 0; i < 300; i++) RtlExpandHashTable(table);
    for (i = 0; i < 300; i++) CHECK(RtlContractHashTable(table));
    CHECK_EQ(RtlTotalBucketsHashTable(table), buckets);
    Check(table);
    for (i = 0; i < 1000; i++) RtlContractHashTable(table);
    CHECK(RtlTotalBucketsHashTable(table) > 0);
    Check(table);
    RtlDeleteHashTable(table);
}
