// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KdRefreshDebuggerNotPresent, IsTrueWithoutADebugger) {
    CHECK(KdRefreshDebuggerNotPresent());
    AT_IRQL(HIGH_LEVEL, CHECK(KdRefreshDebuggerNotPresent()));
}
