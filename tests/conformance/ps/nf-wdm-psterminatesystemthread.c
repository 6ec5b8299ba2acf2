// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

NTKERNELAPI NTSTATUS NTAPI PsGetThreadExitStatus(PETHREAD Thread);

static VOID NTAPI End(PVOID Context) {
    PsTerminateSystemThread(0x40001234);
    *(LONG*)Context = 1;
}

CONFORMANCE(PsTerminateSystemThread, DoesNotReturn) {
    LONG after = 0;
    PETHREAD thread = StartHelper(End, &after);
    REQUIRE(thread != NULL);
    CHECK_STATUS(WaitMs(thread, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK_EQ(after, 0);
    CHECK_STATUS(PsGetThreadExitStatus(thread), 0x40001234);
    ObDereferenceObject(thread);
}

CONFORMANCE_IN_CALLER(PsTerminateSystemThread, RefusesAnotherThread) {
    CHECK(!NT_SUCCESS(PsTerminateSystemThread(STATUS_SUCCESS)));
}
