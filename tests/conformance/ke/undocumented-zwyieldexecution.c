// SPDX-License-Identifier: GPL-2.0-only
// Prototype of ntifs.h; documented for user mode as SwitchToThread: whether another thread ran.
#include "threads.h"

NTSYSAPI NTSTATUS NTAPI NtYieldExecution(VOID);
NTSYSAPI NTSTATUS NTAPI ZwYieldExecution(VOID);

static volatile LONG Ran;
static VOID NTAPI Run(PVOID Context) { Ran = 1; }

CONFORMANCE(ZwYieldExecution, LetsAReadyThreadOfThisProcessorRun) {
    NTSTATUS status = ZwYieldExecution();
    CHECK(status == STATUS_SUCCESS || status == STATUS_NO_YIELD_PERFORMED);
}

CONFORMANCE(NtYieldExecution, LetsAReadyThreadOfThisProcessorRun) {
    PETHREAD helper;
    int tries;
    Ran = 0;
    helper = StartHelper(Run, NULL);
    for (tries = 0; tries < 1000000 && !Ran; tries++) NtYieldExecution();
    CHECK_EQ(Ran, 1);
    CHECK(EndHelper(helper));
}
