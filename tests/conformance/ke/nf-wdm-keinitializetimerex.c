// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeInitializeTimerEx, ASynchronizationTimerResetsWhenAWaitEnds) {
    KTIMER timer;
    LARGE_INTEGER due = RelativeMs(1);
    AT_IRQL(DISPATCH_LEVEL, KeInitializeTimerEx(&timer, SynchronizationTimer));
    CHECK(!KeReadStateTimer(&timer));
    KeSetTimer(&timer, due, NULL);
    CHECK_STATUS(WaitMs(&timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK_STATUS(WaitMs(&timer, 0), STATUS_TIMEOUT);
}

CONFORMANCE(KeInitializeTimerEx, ANotificationTimerStaysSignalled) {
    KTIMER timer;
    LARGE_INTEGER due = RelativeMs(1);
    KeInitializeTimerEx(&timer, NotificationTimer);
    KeSetTimer(&timer, due, NULL);
    CHECK_STATUS(WaitMs(&timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK(KeReadStateTimer(&timer));
}
