// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

/* By convention: drivers compare with 4. */
CONFORMANCE(PsGetCurrentProcessId, IsFourInASystemThread) {
    CHECK_EQ(PsGetCurrentProcessId(), (HANDLE)4);
}

CONFORMANCE_IN_CALLER(PsGetCurrentProcessId, IsTheCallersOwnAlsoWhileAttached) {
    KAPC_STATE state;
    HANDLE id = PsGetCurrentProcessId();
    CHECK(id != (HANDLE)4);
    KeStackAttachProcess((PKPROCESS)PsInitialSystemProcess, &state);
    CHECK_EQ(PsGetCurrentProcessId(), id);
    KeUnstackDetachProcess(&state);
}
