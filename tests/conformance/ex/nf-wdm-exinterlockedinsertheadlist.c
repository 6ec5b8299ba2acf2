// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PLIST_ENTRY, ExInterlockedInsertHeadList, PLIST_ENTRY, PLIST_ENTRY, PKSPIN_LOCK);

CONFORMANCE(ExInterlockedInsertHeadList, PutsFirstAndReturnsTheFormerFirst) {
    KSPIN_LOCK lock;
    LIST_ENTRY head, one, two;
    KeInitializeSpinLock(&lock);
    InitializeListHead(&head);
    CHECK_EQ(ImportedExInterlockedInsertHeadList(&head, &one, &lock), NULL);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedExInterlockedInsertHeadList(&head, &two, &lock), &one));
    CHECK_EQ(head.Flink, &two);
    CHECK_EQ(head.Blink, &one);
}
