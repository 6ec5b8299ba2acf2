// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KdChangeOption, FailsWithoutADebugger) {
    BOOLEAN off = FALSE;
    CHECK_STATUS(KdChangeOption(0, sizeof(off), &off, 0, NULL, NULL), STATUS_DEBUGGER_INACTIVE);
}
