// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeReadStateTimer, IsTrueWhenExpired) {
    static KTIMER timer;
    LARGE_INTEGER soon = RelativeMs(1);
    KeInitializeTimer(&timer);
    CHECK(!KeReadStateTimer(&timer));
    KeSetTimer(&timer, soon, NULL);
    WaitMs(&timer, HELPER_TIMEOUT_MS);
    AT_IRQL(DISPATCH_LEVEL, CHECK(KeReadStateTimer(&timer)));
}
