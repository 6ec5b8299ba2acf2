/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlInitializeUnicodePrefix, RtlInsertUnicodePrefix, RtlNextUnicodePrefix and
 * RtlRemoveUnicodePrefix, each with a page of its own. */
#include "conformance.h"

typedef struct {
    UNICODE_PREFIX_TABLE Table;
    UNICODE_PREFIX_TABLE_ENTRY Entry[3];
    UNICODE_STRING Name[3];
} PREFIXES;

static VOID Make(PREFIXES* Prefixes) {
    ULONG i;
    RtlInitUnicodeString(&Prefixes->Name[0], L"\\");
    RtlInitUnicodeString(&Prefixes->Name[1], L"\\dir");
    RtlInitUnicodeString(&Prefixes->Name[2], L"\\dir\\sub");
    RtlInitializeUnicodePrefix(&Prefixes->Table);
    for (i = 0; i < 3; i++)
        CHECK(RtlInsertUnicodePrefix(&Prefixes->Table, &Prefixes->Name[i], &Prefixes->Entry[i]));
}
static PUNICODE_PREFIX_TABLE_ENTRY Find(PREFIXES* Prefixes, PCWSTR Name, ULONG Index) {
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, Name);
    return RtlFindUnicodePrefix(&Prefixes->Table, &name, Index);
}

CONFORMANCE(RtlInitializeUnicodePrefix, MakesAnEmptyTable) {
    UNICODE_PREFIX_TABLE table;
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\a");
    RtlInitializeUnicodePrefix(&table);
    CHECK_EQ(RtlFindUnicodePrefix(&table, &name, 0), NULL);
    CHECK_EQ(RtlNextUnicodePrefix(&table, TRUE), NULL);
}

CONFORMANCE(RtlInsertUnicodePrefix, RefusesADuplicate) {
    PREFIXES prefixes;
    UNICODE_PREFIX_TABLE_ENTRY entry;
    UNICODE_STRING again = RTL_CONSTANT_STRING(L"\\dir");
    Make(&prefixes);
    CHECK(!RtlInsertUnicodePrefix(&prefixes.Table, &again, &entry));
}

CONFORMANCE(RtlFindUnicodePrefix, FindsTheLongestWithOrWithoutCase) {
    PREFIXES prefixes;
    Make(&prefixes);
    CHECK_EQ(Find(&prefixes, L"\\dir\\sub\\file", 0), &prefixes.Entry[2]);
    CHECK_EQ(Find(&prefixes, L"\\DIR\\SUB\\file", 0), &prefixes.Entry[2]);
    CHECK_EQ(Find(&prefixes, L"\\dir\\subway", 0), &prefixes.Entry[1]);
    CHECK_EQ(Find(&prefixes, L"\\other", 0), &prefixes.Entry[0]);
    CHECK_EQ(Find(&prefixes, L"\\DIR\\x", 6), &prefixes.Entry[0]);
}

CONFORMANCE(RtlNextUnicodePrefix, GoesThroughAll) {
    PREFIXES prefixes;
    PUNICODE_PREFIX_TABLE_ENTRY entry;
    ULONG seen = 0, count = 0;
    Make(&prefixes);
    for (entry = RtlNextUnicodePrefix(&prefixes.Table, TRUE); entry != NULL && count < 9;
         entry = RtlNextUnicodePrefix(&prefixes.Table, FALSE), count++)
        seen |= 1 << (entry - prefixes.Entry);
    CHECK_EQ(count, 3);
    CHECK_EQ(seen, 7);
}

CONFORMANCE(RtlRemoveUnicodePrefix, TakesAnEntryOut) {
    PREFIXES prefixes;
    Make(&prefixes);
    RtlRemoveUnicodePrefix(&prefixes.Table, &prefixes.Entry[2]);
    CHECK_EQ(Find(&prefixes, L"\\dir\\sub\\file", 0), &prefixes.Entry[1]);
    CHECK(RtlInsertUnicodePrefix(&prefixes.Table, &prefixes.Name[2], &prefixes.Entry[2]));
    CHECK_EQ(Find(&prefixes, L"\\dir\\sub\\file", 0), &prefixes.Entry[2]);
}
