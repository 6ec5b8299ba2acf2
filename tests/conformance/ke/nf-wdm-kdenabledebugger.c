// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI NTSTATUS NTAPI KdEnableDebugger(VOID);

CONFORMANCE(KdEnableDebugger, FailsWithoutADebugger) {
    CHECK_STATUS(KdEnableDebugger(), STATUS_DEBUGGER_INACTIVE);
}
