// SPDX-License-Identifier: GPL-2.0-only
// Variables of wdm.h and ntddk.h: documented with ObReferenceObjectByHandle and PsLookupProcess.
#include "conformance.h"
#include "current.h"

CONFORMANCE(PsProcessType, IsTheTypeOfProcesses) {
    PVOID process = NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(NtCurrentProcess(), 0, *PsProcessType, KernelMode,
                                           &process, NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(process, (PVOID)IoGetCurrentProcess());
    ObDereferenceObject(process);
    CHECK_STATUS(
        ObReferenceObjectByHandle(NtCurrentProcess(), 0, *PsThreadType, KernelMode, &process, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
}

CONFORMANCE(PsThreadType, IsTheTypeOfThreads) {
    PVOID thread = NULL;
    CHECK_STATUS(
        ObReferenceObjectByHandle(NtCurrentThread(), 0, *PsThreadType, KernelMode, &thread, NULL),
        STATUS_SUCCESS);
    CHECK_EQ(thread, (PVOID)PsGetCurrentThread());
    ObDereferenceObject(thread);
}

CONFORMANCE(PsInitialSystemProcess, IsTheProcessWithIdentifierFour) {
    PEPROCESS process = NULL;
    REQUIRE(NT_SUCCESS(PsLookupProcessByProcessId((HANDLE)4, &process)));
    CHECK_EQ(PsInitialSystemProcess, process);
    ObDereferenceObject(process);
}
