// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeUnstackDetachProcess, UndoesAnAttachmentToTheOwnProcess) {
    KAPC_STATE state;
    PEPROCESS home = IoGetCurrentProcess();
    KeStackAttachProcess((PKPROCESS)home, &state);
    KeUnstackDetachProcess(&state);
    CHECK_EQ(IoGetCurrentProcess(), home);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
