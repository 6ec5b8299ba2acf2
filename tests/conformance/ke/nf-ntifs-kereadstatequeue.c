// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeReadStateQueue, CountsTheEntries) {
    KQUEUE queue;
    LIST_ENTRY entry;
    KeInitializeQueue(&queue, 0);
    CHECK_EQ(KeReadStateQueue(&queue), 0);
    KeInsertQueue(&queue, &entry);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(KeReadStateQueue(&queue), 1));
    KeRundownQueue(&queue);
}
