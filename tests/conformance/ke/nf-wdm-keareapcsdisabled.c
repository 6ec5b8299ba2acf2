// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeAreApcsDisabled, IsTrueInCriticalAndGuardedRegions) {
    CHECK(!KeAreApcsDisabled());
    KeEnterCriticalRegion();
    CHECK(KeAreApcsDisabled());
    KeLeaveCriticalRegion();
    KeEnterGuardedRegion();
    CHECK(KeAreApcsDisabled());
    KeLeaveGuardedRegion();
}

CONFORMANCE(KeAreApcsDisabled, RunsAtDispatchLevel) {
    KeEnterCriticalRegion();
    AT_IRQL(DISPATCH_LEVEL, CHECK(KeAreApcsDisabled()));
    KeLeaveCriticalRegion();
}
