// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PSINGLE_LIST_ENTRY, ExInterlockedPushEntryList, PSINGLE_LIST_ENTRY, PSINGLE_LIST_ENTRY,
         PKSPIN_LOCK);

CONFORMANCE(ExInterlockedPushEntryList, ReturnsTheFormerFirst) {
    KSPIN_LOCK lock;
    SINGLE_LIST_ENTRY head = {NULL}, one, two;
    KeInitializeSpinLock(&lock);
    CHECK_EQ(ImportedExInterlockedPushEntryList(&head, &one, &lock), NULL);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedExInterlockedPushEntryList(&head, &two, &lock), &one));
    CHECK_EQ(head.Next, &two);
    CHECK_EQ(two.Next, &one);
}
