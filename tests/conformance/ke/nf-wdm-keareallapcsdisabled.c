// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeAreAllApcsDisabled, IsTrueInAGuardedRegionAndAtApcLevel) {
    CHECK(!KeAreAllApcsDisabled());
    KeEnterGuardedRegion();
    CHECK(KeAreAllApcsDisabled());
    KeLeaveGuardedRegion();
    AT_IRQL(APC_LEVEL, CHECK(KeAreAllApcsDisabled()));
}

CONFORMANCE(KeAreAllApcsDisabled, IsFalseInACriticalRegion) {
    KeEnterCriticalRegion();
    CHECK(!KeAreAllApcsDisabled());
    KeLeaveCriticalRegion();
}
