// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PETHREAD, PsGetCurrentThread, VOID);

CONFORMANCE(PsGetCurrentThread, IsTheRunningThread) {
    PVOID thread = NULL;
    PETHREAD raised = NULL;
    REQUIRE(NT_SUCCESS(ObReferenceObjectByHandle(NtCurrentThread(), 0, *PsThreadType, KernelMode,
                                                 &thread, NULL)));
    CHECK_EQ(ImportedPsGetCurrentThread(), (PETHREAD)thread);
    AT_IRQL(DISPATCH_LEVEL, raised = ImportedPsGetCurrentThread());
    CHECK_EQ(raised, (PETHREAD)thread);
    ObDereferenceObject(thread);
}

/* Drivers are built with it. */
CONFORMANCE(PsGetCurrentThread, IsWhatTheHeadersReadAtGs) {
    SKIP_UNLESS(!ConformanceInUserMode(), "GS is a process' own here");
    CHECK_EQ(ImportedPsGetCurrentThread(), (PETHREAD)KeGetCurrentThread());
}
