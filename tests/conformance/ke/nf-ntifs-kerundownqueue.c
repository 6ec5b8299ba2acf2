// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeRundownQueue, ReturnsTheFirstEntryOrNull) {
    KQUEUE queue;
    LIST_ENTRY first, second;
    KeInitializeQueue(&queue, 0);
    KeInsertQueue(&queue, &first);
    KeInsertQueue(&queue, &second);
    CHECK_EQ(KeRundownQueue(&queue), &first);
    CHECK_EQ(first.Flink, &second);
    KeInitializeQueue(&queue, 0);
    CHECK_EQ(KeRundownQueue(&queue), NULL);
}

CONFORMANCE(KeRundownQueue, LaterWaitsFailAtOnce) {
    KQUEUE queue;
    KeInitializeQueue(&queue, 0);
    KeRundownQueue(&queue);
    CHECK_EQ(KeRemoveQueue(&queue, KernelMode, NULL), (PLIST_ENTRY)(LONG_PTR)STATUS_ABANDONED);
}
