// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static KQUEUE Queue;

static VOID NTAPI Take(PVOID Context) {
    *(PLIST_ENTRY*)Context = KeRemoveQueue(&Queue, KernelMode, NULL);
}

CONFORMANCE(KeRemoveQueue, TimesOutWhenNothingComes) {
    KQUEUE queue;
    LARGE_INTEGER soon = RelativeMs(1);
    KeInitializeQueue(&queue, 0);
    CHECK_EQ(KeRemoveQueue(&queue, KernelMode, &soon), (PLIST_ENTRY)(LONG_PTR)STATUS_TIMEOUT);
    KeRundownQueue(&queue);
}

CONFORMANCE(KeRemoveQueue, GivesAWaiterTheEntry) {
    PLIST_ENTRY taken = NULL;
    LIST_ENTRY entry;
    PETHREAD thread;
    KeInitializeQueue(&Queue, 0);
    thread = StartHelper(Take, &taken);
    PauseMs(2);
    KeInsertQueue(&Queue, &entry);
    CHECK(EndHelper(thread));
    CHECK_EQ(taken, &entry);
    KeRundownQueue(&Queue);
}

CONFORMANCE(KeRemoveQueue, IsAbandonedWhenTheQueueIsRunDown) {
    PLIST_ENTRY taken = NULL;
    PETHREAD thread;
    KeInitializeQueue(&Queue, 0);
    thread = StartHelper(Take, &taken);
    PauseMs(2);
    KeRundownQueue(&Queue);
    CHECK(EndHelper(thread));
    CHECK_EQ(taken, (PLIST_ENTRY)(LONG_PTR)STATUS_ABANDONED);
}
