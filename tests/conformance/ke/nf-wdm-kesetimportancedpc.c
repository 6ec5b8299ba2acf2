// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static LONG Order[2], Next;

static VOID NTAPI Note(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    if (Next < 2) Order[Next++] = (LONG)(LONG_PTR)Context;
}

CONFORMANCE(KeSetImportanceDpc, HighImportanceGoesToTheHeadOfTheQueue) {
    KDPC medium, high;
    Next = 0;
    KeInitializeDpc(&medium, Note, (PVOID)1);
    KeInitializeDpc(&high, Note, (PVOID)2);
    KeSetImportanceDpc(&high, HighImportance);
    AT_IRQL(DISPATCH_LEVEL, {
        KeInsertQueueDpc(&medium, NULL, NULL);
        KeInsertQueueDpc(&high, NULL, NULL);
    });
    KeFlushQueuedDpcs();
    CHECK_EQ(Order[0], 2);
    CHECK_EQ(Order[1], 1);
}

CONFORMANCE(KeSetImportanceDpc, LowImportanceStillRuns) {
    KDPC low;
    Next = 0;
    KeInitializeDpc(&low, Note, (PVOID)3);
    AT_IRQL(DISPATCH_LEVEL, KeSetImportanceDpc(&low, LowImportance));
    KeInsertQueueDpc(&low, NULL, NULL);
    CHECK(EVENTUALLY(*(volatile LONG*)&Next == 1));
    KeFlushQueuedDpcs();
}
