// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeEnterCriticalRegion, DisablesNormalApcsUntilLeftAsOften) {
    CHECK(!KeAreApcsDisabled());
    KeEnterCriticalRegion();
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
    CHECK(KeAreApcsDisabled());
    CHECK(!KeAreAllApcsDisabled());
    KeLeaveCriticalRegion();
    CHECK(!KeAreApcsDisabled());
}

CONFORMANCE(KeEnterCriticalRegion, RunsAtApcLevel) {
    AT_IRQL(APC_LEVEL, KeEnterCriticalRegion());
    CHECK(KeAreApcsDisabled());
    KeLeaveCriticalRegion();
}
