// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeSetCoalescableTimer, ExpiresWithinTheTolerance) {
    KTIMER timer;
    LARGE_INTEGER due = RelativeMs(20);
    ULONGLONG start = KeQueryInterruptTime(), took;
    KeInitializeTimer(&timer);
    CHECK(!KeSetCoalescableTimer(&timer, due, 0, 50, NULL));
    CHECK_STATUS(WaitMs(&timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    took = KeQueryInterruptTime() - start;
    CHECK(took >= 200000 && took < 10000000);
}

CONFORMANCE(KeSetCoalescableTimer, IsTrueWhenItWasQueued) {
    KTIMER timer;
    LARGE_INTEGER late = RelativeMs(100000);
    KeInitializeTimer(&timer);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK(!KeSetCoalescableTimer(&timer, late, 1000, 50, NULL));
        CHECK(KeSetCoalescableTimer(&timer, late, 1000, 50, NULL));
    });
    CHECK(KeCancelTimer(&timer));
}
