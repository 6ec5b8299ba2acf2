// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, DbgBreakPoint, VOID);

CONFORMANCE(DbgBreakPoint, RaisesABreakpointWithoutADebugger) {
    CHECK_RAISES(ImportedDbgBreakPoint(), STATUS_BREAKPOINT);
}
