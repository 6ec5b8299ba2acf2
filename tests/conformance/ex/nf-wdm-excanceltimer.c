// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(ExCancelTimer, IsTrueWhenTheTimerWasSet) {
    PEX_TIMER timer = ExAllocateTimer(NULL, NULL, 0);
    REQUIRE(timer != NULL);
    CHECK(!ExCancelTimer(timer, NULL));
    ExSetTimer(timer, -1000000000, 0, NULL);
    AT_IRQL(DISPATCH_LEVEL, CHECK(ExCancelTimer(timer, NULL)));
    CHECK(!ExCancelTimer(timer, NULL));
    CHECK_STATUS(WaitMs(timer, 0), STATUS_TIMEOUT);
    ExDeleteTimer(timer, TRUE, TRUE, NULL);
}
