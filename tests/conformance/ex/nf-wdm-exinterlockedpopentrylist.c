// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PSINGLE_LIST_ENTRY, ExInterlockedPopEntryList, PSINGLE_LIST_ENTRY, PKSPIN_LOCK);

CONFORMANCE(ExInterlockedPopEntryList, TakesTheFirstOrNull) {
    KSPIN_LOCK lock;
    SINGLE_LIST_ENTRY head = {NULL}, one;
    KeInitializeSpinLock(&lock);
    CHECK_EQ(ImportedExInterlockedPopEntryList(&head, &lock), NULL);
    PushEntryList(&head, &one);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedExInterlockedPopEntryList(&head, &lock), &one));
    CHECK_EQ(head.Next, NULL);
}
