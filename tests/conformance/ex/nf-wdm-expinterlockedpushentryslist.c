// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PSLIST_ENTRY, ExpInterlockedPushEntrySList, PSLIST_HEADER, PSLIST_ENTRY);
IMPORTED(PSLIST_ENTRY, ExpInterlockedPopEntrySList, PSLIST_HEADER);
IMPORTED(PSLIST_ENTRY, ExpInterlockedFlushSList, PSLIST_HEADER);

static DECLSPEC_ALIGN(16) SLIST_HEADER List;
static DECLSPEC_ALIGN(16) SLIST_ENTRY Entries[3];

CONFORMANCE(ExpInterlockedPushEntrySList, ReturnsTheFormerFirst) {
    InitializeSListHead(&List);
    CHECK_EQ(ImportedExpInterlockedPushEntrySList(&List, &Entries[0]), NULL);
    CHECK_EQ(ImportedExpInterlockedPushEntrySList(&List, &Entries[1]), &Entries[0]);
    ImportedExpInterlockedFlushSList(&List);
}

CONFORMANCE(ExpInterlockedPopEntrySList, TakesTheLastPushed) {
    InitializeSListHead(&List);
    ImportedExpInterlockedPushEntrySList(&List, &Entries[0]);
    ImportedExpInterlockedPushEntrySList(&List, &Entries[1]);
    CHECK_EQ(ImportedExpInterlockedPopEntrySList(&List), &Entries[1]);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedExpInterlockedPopEntrySList(&List), &Entries[0]));
    CHECK_EQ(ImportedExpInterlockedPopEntrySList(&List), NULL);
}

CONFORMANCE(ExpInterlockedFlushSList, TakesAllLinked) {
    InitializeSListHead(&List);
    ImportedExpInterlockedPushEntrySList(&List, &Entries[0]);
    ImportedExpInterlockedPushEntrySList(&List, &Entries[1]);
    CHECK_EQ(ImportedExpInterlockedFlushSList(&List), &Entries[1]);
    CHECK_EQ(Entries[1].Next, &Entries[0]);
    CHECK_EQ(Entries[0].Next, NULL);
    CHECK_EQ(ImportedExpInterlockedFlushSList(&List), NULL);
}
