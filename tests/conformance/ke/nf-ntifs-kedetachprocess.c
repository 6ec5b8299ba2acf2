// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI VOID NTAPI KeDetachProcess(VOID);

CONFORMANCE(KeDetachProcess, DoesNothingWhenNotAttached) {
    PEPROCESS home = IoGetCurrentProcess();
    KeDetachProcess();
    CHECK_EQ(IoGetCurrentProcess(), home);
}
