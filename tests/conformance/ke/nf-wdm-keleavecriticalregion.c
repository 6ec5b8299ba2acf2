// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeLeaveCriticalRegion, EnablesNormalApcsAgain) {
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
    CHECK(!KeAreApcsDisabled());
}

CONFORMANCE(KeLeaveCriticalRegion, RunsAtApcLevel) {
    KeEnterCriticalRegion();
    AT_IRQL(APC_LEVEL, KeLeaveCriticalRegion());
    CHECK(!KeAreApcsDisabled());
}
