// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeInitializeQueue, MakesAnEmptyQueue) {
    KQUEUE queue;
    LARGE_INTEGER poll = {.QuadPart = 0};
    KeInitializeQueue(&queue, 0);
    CHECK_EQ(KeReadStateQueue(&queue), 0);
    CHECK_EQ(KeRemoveQueue(&queue, KernelMode, &poll), (PLIST_ENTRY)(LONG_PTR)STATUS_TIMEOUT);
    CHECK_EQ(KeRundownQueue(&queue), NULL);
}
