// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI VOID NTAPI DbgBreakPointWithStatus(ULONG Status);

CONFORMANCE(DbgBreakPointWithStatus, RaisesABreakpointWithoutADebugger) {
    CHECK_RAISES(DbgBreakPointWithStatus(DBG_STATUS_CONTROL_C), STATUS_BREAKPOINT);
}
