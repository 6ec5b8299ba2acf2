// SPDX-License-Identifier: GPL-2.0-only
// KeRemoveQueue for several entries at once: prototype of public headers.
#include "conformance.h"

NTKERNELAPI ULONG NTAPI KeRemoveQueueEx(PRKQUEUE Queue, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                        PLARGE_INTEGER Timeout, PLIST_ENTRY* Entries, ULONG Count);

CONFORMANCE(KeRemoveQueueEx, TakesUpToTheCount) {
    KQUEUE queue;
    LIST_ENTRY entries[3];
    PLIST_ENTRY taken[2] = {NULL, NULL};
    LARGE_INTEGER poll = {.QuadPart = 0};
    ULONG i;
    KeInitializeQueue(&queue, 0);
    for (i = 0; i < 3; i++) KeInsertQueue(&queue, &entries[i]);
    CHECK_EQ(KeRemoveQueueEx(&queue, KernelMode, FALSE, &poll, taken, 2), 2);
    CHECK_EQ(taken[0], &entries[0]);
    CHECK_EQ(taken[1], &entries[1]);
    CHECK_EQ(KeRemoveQueueEx(&queue, KernelMode, FALSE, &poll, taken, 2), 1);
    CHECK_EQ(taken[0], &entries[2]);
    KeRundownQueue(&queue);
}
