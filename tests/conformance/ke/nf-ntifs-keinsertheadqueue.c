// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeInsertHeadQueue, PutsTheEntryFirst) {
    KQUEUE queue;
    LIST_ENTRY first, second;
    LARGE_INTEGER poll = {.QuadPart = 0};
    KeInitializeQueue(&queue, 0);
    CHECK_EQ(KeInsertHeadQueue(&queue, &first), 0);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(KeInsertHeadQueue(&queue, &second), 1));
    CHECK_EQ(KeRemoveQueue(&queue, KernelMode, &poll), &second);
    CHECK_EQ(KeRemoveQueue(&queue, KernelMode, &poll), &first);
    KeRundownQueue(&queue);
}
