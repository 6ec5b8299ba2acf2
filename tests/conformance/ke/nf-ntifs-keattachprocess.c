// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI BOOLEAN NTAPI KeIsAttachedProcess(VOID);
NTKERNELAPI VOID NTAPI KeAttachProcess(PKPROCESS Process);
NTKERNELAPI VOID NTAPI KeDetachProcess(VOID);

CONFORMANCE_IN_CALLER(KeAttachProcess, MakesTheProcessCurrent) {
    PEPROCESS home = IoGetCurrentProcess();
    KeAttachProcess((PKPROCESS)PsInitialSystemProcess);
    CHECK_EQ(IoGetCurrentProcess(), PsInitialSystemProcess);
    KeDetachProcess();
    CHECK_EQ(IoGetCurrentProcess(), home);
}

CONFORMANCE_IN_CALLER(KeIsAttachedProcess, IsTrueWhileAttached) {
    CHECK(!KeIsAttachedProcess());
    KeAttachProcess((PKPROCESS)PsInitialSystemProcess);
    CHECK(KeIsAttachedProcess());
    KeDetachProcess();
    CHECK(!KeIsAttachedProcess());
}
