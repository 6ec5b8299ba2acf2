// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI NTSTATUS NTAPI KdDisableDebugger(VOID);

CONFORMANCE(KdDisableDebugger, FailsWithoutADebugger) {
    CHECK_STATUS(KdDisableDebugger(), STATUS_DEBUGGER_INACTIVE);
}
