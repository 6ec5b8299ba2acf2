// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PLIST_ENTRY, ExInterlockedInsertTailList, PLIST_ENTRY, PLIST_ENTRY, PKSPIN_LOCK);

CONFORMANCE(ExInterlockedInsertTailList, PutsLastAndReturnsTheFormerLast) {
    KSPIN_LOCK lock;
    LIST_ENTRY head, one, two;
    KeInitializeSpinLock(&lock);
    InitializeListHead(&head);
    CHECK_EQ(ImportedExInterlockedInsertTailList(&head, &one, &lock), NULL);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedExInterlockedInsertTailList(&head, &two, &lock), &one));
    CHECK_EQ(head.Flink, &one);
    CHECK_EQ(head.Blink, &two);
}
