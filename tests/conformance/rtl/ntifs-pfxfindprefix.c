/* SPDX-License-Identifier: GPL-2.0-only */
/* The narrow prefix tables of ntifs.h: PfxInitialize, PfxInsertPrefix, PfxFindPrefix,
 * PfxRemovePrefix. */
#include "conformance.h"

typedef struct {
    PREFIX_TABLE Table;
    PREFIX_TABLE_ENTRY Entry[3];
    STRING Name[3];
} PREFIXES;

static VOID Make(PREFIXES* Prefixes) {
    ULONG i;
    RtlInitString(&Prefixes->Name[0], "\\");
    RtlInitString(&Prefixes->Name[1], "\\dir");
    RtlInitString(&Prefixes->Name[2], "\\dir\\sub");
    PfxInitialize(&Prefixes->Table);
    for (i = 0; i < 3; i++)
        CHECK(PfxInsertPrefix(&Prefixes->Table, &Prefixes->Name[i], &Prefixes->Entry[i]));
}
static PPREFIX_TABLE_ENTRY Find(PREFIXES* Prefixes, PCSZ Name) {
    STRING name;
    RtlInitString(&name, Name);
    return PfxFindPrefix(&Prefixes->Table, &name);
}

CONFORMANCE(PfxInitialize, MakesAnEmptyTable) {
    PREFIX_TABLE table;
    STRING name;
    RtlInitString(&name, "\\a");
    PfxInitialize(&table);
    CHECK_EQ(PfxFindPrefix(&table, &name), NULL);
}

CONFORMANCE(PfxInsertPrefix, RefusesADuplicate) {
    PREFIXES prefixes;
    PREFIX_TABLE_ENTRY entry;
    STRING again;
    Make(&prefixes);
    RtlInitString(&again, "\\dir");
    CHECK(!PfxInsertPrefix(&prefixes.Table, &again, &entry));
}

CONFORMANCE(PfxFindPrefix, FindsTheLongest) {
    PREFIXES prefixes;
    Make(&prefixes);
    CHECK_EQ(Find(&prefixes, "\\dir\\sub\\file"), &prefixes.Entry[2]);
    CHECK_EQ(Find(&prefixes, "\\dir\\subway"), &prefixes.Entry[1]);
    CHECK_EQ(Find(&prefixes, "\\other"), &prefixes.Entry[0]);
}

CONFORMANCE(PfxRemovePrefix, TakesAnEntryOut) {
    PREFIXES prefixes;
    Make(&prefixes);
    PfxRemovePrefix(&prefixes.Table, &prefixes.Entry[2]);
    CHECK_EQ(Find(&prefixes, "\\dir\\sub\\file"), &prefixes.Entry[1]);
}
