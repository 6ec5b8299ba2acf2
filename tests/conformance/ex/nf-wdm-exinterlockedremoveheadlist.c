// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PLIST_ENTRY, ExInterlockedRemoveHeadList, PLIST_ENTRY, PKSPIN_LOCK);

CONFORMANCE(ExInterlockedRemoveHeadList, TakesTheFirstOrNull) {
    KSPIN_LOCK lock;
    LIST_ENTRY head, one, two;
    KeInitializeSpinLock(&lock);
    InitializeListHead(&head);
    CHECK_EQ(ImportedExInterlockedRemoveHeadList(&head, &lock), NULL);
    InsertTailList(&head, &one);
    InsertTailList(&head, &two);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedExInterlockedRemoveHeadList(&head, &lock), &one));
    CHECK_EQ(ImportedExInterlockedRemoveHeadList(&head, &lock), &two);
    CHECK(IsListEmpty(&head));
}
