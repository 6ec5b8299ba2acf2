// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeInsertQueue, AppendsAndReturnsThePreviousState) {
    KQUEUE queue;
    LIST_ENTRY first, second;
    LARGE_INTEGER poll = {.QuadPart = 0};
    KeInitializeQueue(&queue, 0);
    CHECK_EQ(KeInsertQueue(&queue, &first), 0);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(KeInsertQueue(&queue, &second), 1));
    CHECK_EQ(KeReadStateQueue(&queue), 2);
    CHECK_EQ(KeRemoveQueue(&queue, KernelMode, &poll), &first);
    CHECK_EQ(KeRemoveQueue(&queue, KernelMode, &poll), &second);
    KeRundownQueue(&queue);
}
