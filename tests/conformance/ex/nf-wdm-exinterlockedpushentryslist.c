// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PSLIST_ENTRY, ExInterlockedPushEntrySList, PSLIST_HEADER, PSLIST_ENTRY, PKSPIN_LOCK);
IMPORTED(PSLIST_ENTRY, ExInterlockedPopEntrySList, PSLIST_HEADER, PKSPIN_LOCK);
IMPORTED(PSLIST_ENTRY, ExInterlockedFlushSList, PSLIST_HEADER);

static DECLSPEC_ALIGN(16) SLIST_HEADER List;
static DECLSPEC_ALIGN(16) SLIST_ENTRY Entries[64];
static KSPIN_LOCK Lock;
static LONG Popped;

CONFORMANCE(ExInterlockedPushEntrySList, ReturnsTheFormerFirst) {
    InitializeSListHead(&List);
    CHECK_EQ(ImportedExInterlockedPushEntrySList(&List, &Entries[0], &Lock), NULL);
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_EQ(ImportedExInterlockedPushEntrySList(&List, &Entries[1], &Lock), &Entries[0]));
    ImportedExInterlockedFlushSList(&List);
}

static VOID NTAPI PushAndPop(PVOID Context) {
    ULONG i;
    for (i = 0; i < 20000; i++) {
        PSLIST_ENTRY entry = ImportedExInterlockedPopEntrySList(&List, &Lock);
        if (entry == NULL) continue;
        InterlockedIncrement(&Popped);
        ImportedExInterlockedPushEntrySList(&List, entry, &Lock);
    }
}

CONFORMANCE(ExInterlockedPopEntrySList, LosesNothingAmongProcessors) {
    PETHREAD other;
    ULONG i, left = 0;
    InitializeSListHead(&List);
    for (i = 0; i < 64; i++) ImportedExInterlockedPushEntrySList(&List, &Entries[i], &Lock);
    other = StartHelper(PushAndPop, NULL);
    PushAndPop(NULL);
    CHECK(EndHelper(other));
    while (ImportedExInterlockedPopEntrySList(&List, &Lock) != NULL) left++;
    CHECK_EQ(left, 64);
    CHECK_EQ(Popped, 40000);
}

CONFORMANCE(ExInterlockedPopEntrySList, IsNullWhenEmpty) {
    InitializeSListHead(&List);
    CHECK_EQ(ImportedExInterlockedPopEntrySList(&List, &Lock), NULL);
}

CONFORMANCE(ExInterlockedFlushSList, TakesAllLinked) {
    InitializeSListHead(&List);
    ImportedExInterlockedPushEntrySList(&List, &Entries[0], &Lock);
    ImportedExInterlockedPushEntrySList(&List, &Entries[1], &Lock);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(ImportedExInterlockedFlushSList(&List), &Entries[1]));
    CHECK_EQ(Entries[1].Next, &Entries[0]);
    CHECK_EQ(ImportedExInterlockedFlushSList(&List), NULL);
}
