// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeInitializeTimer, MakesANotificationTimerThatIsNotSignalled) {
    KTIMER timer;
    LARGE_INTEGER due = RelativeMs(1);
    AT_IRQL(DISPATCH_LEVEL, KeInitializeTimer(&timer));
    CHECK(!KeReadStateTimer(&timer));
    KeSetTimer(&timer, due, NULL);
    CHECK_STATUS(WaitMs(&timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK_STATUS(WaitMs(&timer, 0), STATUS_SUCCESS);
}
