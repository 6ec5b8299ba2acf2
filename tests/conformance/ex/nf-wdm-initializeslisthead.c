// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, InitializeSListHead, PSLIST_HEADER);
IMPORTED(VOID, RtlInitializeSListHead, PSLIST_HEADER);
IMPORTED(PSLIST_ENTRY, FirstEntrySList, const SLIST_HEADER*);
IMPORTED(PSLIST_ENTRY, RtlFirstEntrySList, const SLIST_HEADER*);
IMPORTED(USHORT, ExQueryDepthSList, PSLIST_HEADER);

static DECLSPEC_ALIGN(16) SLIST_HEADER List;
static DECLSPEC_ALIGN(16) SLIST_ENTRY Entries[2];

CONFORMANCE(InitializeSListHead, MakesAnEmptyList) {
    RtlFillMemory(&List, sizeof(List), 0x55);
    ImportedInitializeSListHead(&List);
    CHECK_EQ(ImportedExQueryDepthSList(&List), 0);
    CHECK_EQ(ImportedFirstEntrySList(&List), NULL);
}

/* The Rtl names are those of user mode, with pages there. */
CONFORMANCE(RtlInitializeSListHead, MakesAnEmptyList) {
    RtlFillMemory(&List, sizeof(List), 0x55);
    ImportedRtlInitializeSListHead(&List);
    CHECK_EQ(ImportedExQueryDepthSList(&List), 0);
}

CONFORMANCE(FirstEntrySList, LooksWithoutTaking) {
    ImportedInitializeSListHead(&List);
    ExpInterlockedPushEntrySList(&List, &Entries[0]);
    CHECK_EQ(ImportedFirstEntrySList(&List), &Entries[0]);
    CHECK_EQ(ImportedExQueryDepthSList(&List), 1);
    ExpInterlockedPopEntrySList(&List);
}

CONFORMANCE(RtlFirstEntrySList, LooksWithoutTaking) {
    ImportedInitializeSListHead(&List);
    CHECK_EQ(ImportedRtlFirstEntrySList(&List), NULL);
    ExpInterlockedPushEntrySList(&List, &Entries[1]);
    CHECK_EQ(ImportedRtlFirstEntrySList(&List), &Entries[1]);
    ExpInterlockedPopEntrySList(&List);
}

CONFORMANCE(ExQueryDepthSList, CountsTheEntries) {
    ImportedInitializeSListHead(&List);
    ExpInterlockedPushEntrySList(&List, &Entries[0]);
    ExpInterlockedPushEntrySList(&List, &Entries[1]);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedExQueryDepthSList(&List), 2));
    ExpInterlockedPopEntrySList(&List);
    CHECK_EQ(ImportedExQueryDepthSList(&List), 1);
    ExpInterlockedPopEntrySList(&List);
}
