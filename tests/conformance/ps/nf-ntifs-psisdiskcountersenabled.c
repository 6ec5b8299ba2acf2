// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(BOOLEAN, PsIsDiskCountersEnabled, VOID);

CONFORMANCE(PsIsDiskCountersEnabled, IsFalseWhenNobodyCounts) {
    CHECK(!ImportedPsIsDiskCountersEnabled());
    AT_IRQL(DISPATCH_LEVEL, CHECK(!ImportedPsIsDiskCountersEnabled()));
}
