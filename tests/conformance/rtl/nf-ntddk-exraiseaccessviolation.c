/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(ExRaiseAccessViolation, RaisesAnAccessViolation) {
    CHECK_RAISES(ExRaiseAccessViolation(), STATUS_ACCESS_VIOLATION);
    AT_IRQL(DISPATCH_LEVEL, CHECK_RAISES(ExRaiseAccessViolation(), STATUS_ACCESS_VIOLATION));
}
