// SPDX-License-Identifier: GPL-2.0-only
// Prototypes of public headers; what they tell when there is no window manager, job, protection or
// 32-bit half, as Windows Internals describes processes that have none.
#include "threads.h"
#include "current.h"

IMPORTED(PVOID, PsGetProcessWin32Process, PEPROCESS);
IMPORTED(PVOID, PsGetThreadWin32Thread, PETHREAD);
IMPORTED(PVOID, PsGetCurrentThreadWin32Thread, VOID);
IMPORTED(ULONG, PsGetThreadSessionId, PETHREAD);
IMPORTED(ULONG, PsGetProcessSessionId, PEPROCESS);
IMPORTED(PVOID, PsGetProcessJob, PEPROCESS);
IMPORTED(UCHAR, PsGetProcessProtection, PEPROCESS);
IMPORTED(NTSTATUS, PsLookupProcessThreadByCid, PCLIENT_ID, PEPROCESS*, PETHREAD*);

CONFORMANCE_IN_CALLER(PsGetProcessWin32Process, IsNullWithoutAWindowManager) {
    CHECK_EQ(ImportedPsGetProcessWin32Process(IoGetCurrentProcess()), NULL);
}
CONFORMANCE_IN_CALLER(PsGetThreadWin32Thread, IsNullWithoutAWindowManager) {
    CHECK_EQ(ImportedPsGetThreadWin32Thread(PsGetCurrentThread()), NULL);
}
CONFORMANCE_IN_CALLER(PsGetCurrentThreadWin32Thread, IsNullWithoutAWindowManager) {
    CHECK_EQ(ImportedPsGetCurrentThreadWin32Thread(), NULL);
}
CONFORMANCE_IN_CALLER(PsGetThreadSessionId, IsThatOfItsProcess) {
    CHECK_EQ(ImportedPsGetThreadSessionId(PsGetCurrentThread()),
             ImportedPsGetProcessSessionId(IoGetCurrentProcess()));
}
CONFORMANCE_IN_CALLER(PsGetProcessJob, IsNullOutsideOfAJob) {
    CHECK_EQ(ImportedPsGetProcessJob(IoGetCurrentProcess()), NULL);
}
CONFORMANCE_IN_CALLER(PsGetProcessProtection, IsZeroForAnOrdinaryProcess) {
    CHECK_EQ(ImportedPsGetProcessProtection(IoGetCurrentProcess()), 0);
}
CONFORMANCE_IN_CALLER(PsLookupProcessThreadByCid, ReferencesBoth) {
    CLIENT_ID id = {PsGetCurrentProcessId(), PsGetCurrentThreadId()};
    CLIENT_ID mixed = {(HANDLE)4, PsGetCurrentThreadId()};
    PEPROCESS process = NULL;
    PETHREAD thread = NULL;
    CHECK_STATUS(ImportedPsLookupProcessThreadByCid(&id, &process, &thread), STATUS_SUCCESS);
    CHECK_EQ(process, IoGetCurrentProcess());
    CHECK_EQ(thread, PsGetCurrentThread());
    ObDereferenceObject(process);
    ObDereferenceObject(thread);
    CHECK_STATUS(ImportedPsLookupProcessThreadByCid(&mixed, NULL, &thread), STATUS_INVALID_CID);
}
