// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

NTKERNELAPI LARGE_INTEGER NTAPI PsGetProcessExitTime(VOID);

CONFORMANCE(PsGetProcessExitTime, IsZeroWhileTheCurrentProcessRuns) {
    CHECK_EQ(PsGetProcessExitTime().QuadPart, 0);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(PsGetProcessExitTime().QuadPart, 0));
}

CONFORMANCE(PsGetProcessExitTime, IsTheTimeOfTheEndOnceItEnded) {
    LARGE_INTEGER before, seen;
    KAPC_STATE state;
    PEPROCESS client = StartClient(L"ends.exe");
    REQUIRE(client != NULL);
    KeQuerySystemTime(&before);
    RslTerminateClientProcess(client, 0);
    KeStackAttachProcess((PKPROCESS)client, &state);
    seen = PsGetProcessExitTime();
    KeUnstackDetachProcess(&state);
    CHECK(seen.QuadPart >= before.QuadPart);
    ObDereferenceObject(client);
}
