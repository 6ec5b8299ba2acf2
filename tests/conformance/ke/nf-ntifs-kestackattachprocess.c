// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI BOOLEAN NTAPI KeIsAttachedProcess(VOID);

CONFORMANCE_IN_CALLER(KeStackAttachProcess, MakesTheProcessCurrent) {
    KAPC_STATE state;
    PEPROCESS home = IoGetCurrentProcess();
    REQUIRE(home != PsInitialSystemProcess);
    KeStackAttachProcess((PKPROCESS)PsInitialSystemProcess, &state);
    CHECK_EQ(IoGetCurrentProcess(), PsInitialSystemProcess);
    KeUnstackDetachProcess(&state);
    CHECK_EQ(IoGetCurrentProcess(), home);
}

CONFORMANCE_IN_CALLER(KeStackAttachProcess, Nests) {
    KAPC_STATE outer, inner;
    PEPROCESS home = IoGetCurrentProcess();
    KeStackAttachProcess((PKPROCESS)PsInitialSystemProcess, &outer);
    KeStackAttachProcess((PKPROCESS)home, &inner);
    CHECK_EQ(IoGetCurrentProcess(), home);
    KeUnstackDetachProcess(&inner);
    CHECK_EQ(IoGetCurrentProcess(), PsInitialSystemProcess);
    KeUnstackDetachProcess(&outer);
    CHECK_EQ(IoGetCurrentProcess(), home);
}
