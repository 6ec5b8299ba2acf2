// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeSetPriorityThread, ReturnsTheOldPriority) {
    PKTHREAD self = KeGetCurrentThread();
    KPRIORITY before = KeSetPriorityThread(self, LOW_REALTIME_PRIORITY);
    CHECK_EQ(KeQueryPriorityThread(self), LOW_REALTIME_PRIORITY);
    CHECK_EQ(KeSetPriorityThread(self, before), LOW_REALTIME_PRIORITY);
    CHECK_EQ(KeQueryPriorityThread(self), before);
    CHECK(before > LOW_PRIORITY && before <= HIGH_PRIORITY);
}

static volatile LONG Ran;
static VOID NTAPI Run(PVOID Context) { Ran = 1; }

CONFORMANCE(KeSetPriorityThread, TheHigherPriorityRunsFirst) {
    PKTHREAD self = KeGetCurrentThread();
    KAFFINITY affinity = KeSetSystemAffinityThreadEx(1);
    KPRIORITY before = KeSetPriorityThread(self, LOW_REALTIME_PRIORITY + 1);
    PETHREAD helper;
    Ran = 0;
    helper = StartHelper(Run, NULL);
    /* On one processor the helper cannot run before we wait. */
    if (KeQueryActiveProcessorCount(NULL) == 1) CHECK_EQ(Ran, 0);
    CHECK(EndHelper(helper));
    CHECK_EQ(Ran, 1);
    KeSetPriorityThread(self, before);
    KeRevertToUserAffinityThreadEx(affinity);
}
