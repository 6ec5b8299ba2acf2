// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeLeaveGuardedRegion, EnablesApcsAgain) {
    KeEnterGuardedRegion();
    AT_IRQL(APC_LEVEL, KeLeaveGuardedRegion());
    CHECK(!KeAreAllApcsDisabled());
    CHECK(!KeAreApcsDisabled());
}
