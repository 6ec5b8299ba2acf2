// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"
#include "current.h"

NTKERNELAPI NTSTATUS NTAPI PsGetThreadExitStatus(PETHREAD Thread);

static VOID NTAPI End(PVOID Context) { PsTerminateSystemThread(0x40000077); }

CONFORMANCE(PsGetThreadExitStatus, IsWhatItEndedWith) {
    PETHREAD thread = StartHelper(End, NULL);
    REQUIRE(thread != NULL);
    CHECK_STATUS(PsGetThreadExitStatus(PsGetCurrentThread()), STATUS_PENDING);
    WaitMs(thread, HELPER_TIMEOUT_MS);
    CHECK_STATUS(PsGetThreadExitStatus(thread), 0x40000077);
    ObDereferenceObject(thread);
}
