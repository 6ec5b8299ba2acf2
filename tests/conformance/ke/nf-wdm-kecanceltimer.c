// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeCancelTimer, IsTrueWhenTheTimerWasQueued) {
    KTIMER timer;
    LARGE_INTEGER late = RelativeMs(100000);
    KeInitializeTimer(&timer);
    CHECK(!KeCancelTimer(&timer));
    KeSetTimer(&timer, late, NULL);
    AT_IRQL(DISPATCH_LEVEL, CHECK(KeCancelTimer(&timer)));
    CHECK(!KeCancelTimer(&timer));
    CHECK(!KeReadStateTimer(&timer));
}
