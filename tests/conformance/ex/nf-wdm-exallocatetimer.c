// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(ExAllocateTimer, MakesASynchronizationTimer) {
    PEX_TIMER timer = ExAllocateTimer(NULL, NULL, 0);
    REQUIRE(timer != NULL);
    CHECK_STATUS(WaitMs(timer, 0), STATUS_TIMEOUT);
    ExSetTimer(timer, -10000, 0, NULL);
    CHECK_STATUS(WaitMs(timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK_STATUS(WaitMs(timer, 0), STATUS_TIMEOUT);
    ExDeleteTimer(timer, TRUE, TRUE, NULL);
}

CONFORMANCE(ExAllocateTimer, MakesANotificationTimerWithTheFlag) {
    PEX_TIMER timer = ExAllocateTimer(NULL, NULL, EX_TIMER_NOTIFICATION | EX_TIMER_HIGH_RESOLUTION);
    REQUIRE(timer != NULL);
    ExSetTimer(timer, -10000, 0, NULL);
    CHECK_STATUS(WaitMs(timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK_STATUS(WaitMs(timer, 0), STATUS_SUCCESS);
    ExDeleteTimer(timer, TRUE, TRUE, NULL);
}

CONFORMANCE(ExAllocateTimer, RunsAtDispatchLevel) {
    PEX_TIMER timer = NULL;
    AT_IRQL(DISPATCH_LEVEL, timer = ExAllocateTimer(NULL, NULL, EX_TIMER_NO_WAKE));
    REQUIRE(timer != NULL);
    ExDeleteTimer(timer, TRUE, TRUE, NULL);
}

CONFORMANCE_BUG_CHECK(ExAllocateTimer, StopsTheMachineForExclusiveFlags, 0xC7) {
    ExAllocateTimer(NULL, NULL, EX_TIMER_HIGH_RESOLUTION | EX_TIMER_NO_WAKE);
}
