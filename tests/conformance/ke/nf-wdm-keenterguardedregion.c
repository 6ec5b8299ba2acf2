// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeEnterGuardedRegion, DisablesAllApcsUntilLeftAsOften) {
    CHECK(!KeAreAllApcsDisabled());
    KeEnterGuardedRegion();
    KeEnterGuardedRegion();
    KeLeaveGuardedRegion();
    CHECK(KeAreAllApcsDisabled());
    CHECK(KeAreApcsDisabled());
    KeLeaveGuardedRegion();
    CHECK(!KeAreAllApcsDisabled());
}

CONFORMANCE(KeEnterGuardedRegion, RunsAtApcLevel) {
    AT_IRQL(APC_LEVEL, KeEnterGuardedRegion());
    CHECK(KeAreAllApcsDisabled());
    KeLeaveGuardedRegion();
}
