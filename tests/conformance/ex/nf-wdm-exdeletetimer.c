// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static volatile LONG Deleted;

static VOID NTAPI OnDeleted(PVOID Context) { Deleted = 1; }

CONFORMANCE(ExDeleteTimer, IsTrueWhenItCancelled) {
    PEX_TIMER timer = ExAllocateTimer(NULL, NULL, 0);
    REQUIRE(timer != NULL);
    ExSetTimer(timer, -1000000000, 0, NULL);
    CHECK(ExDeleteTimer(timer, TRUE, FALSE, NULL));
    timer = ExAllocateTimer(NULL, NULL, 0);
    CHECK(!ExDeleteTimer(timer, TRUE, TRUE, NULL));
}

CONFORMANCE(ExDeleteTimer, IsFalseWithoutCancel) {
    PEX_TIMER timer = ExAllocateTimer(NULL, NULL, 0);
    REQUIRE(timer != NULL);
    ExSetTimer(timer, -10000, 10000000, NULL);
    AT_IRQL(DISPATCH_LEVEL, CHECK(!ExDeleteTimer(timer, FALSE, FALSE, NULL)));
}

CONFORMANCE(ExDeleteTimer, CallsTheRoutineOfItsParameters) {
    PEX_TIMER timer = ExAllocateTimer(NULL, NULL, 0);
    EXT_DELETE_PARAMETERS parameters;
    REQUIRE(timer != NULL);
    Deleted = 0;
    RtlZeroMemory(&parameters, sizeof(parameters)); /* ExInitializeDeleteTimerParameters */
    parameters.DeleteCallback = OnDeleted;
    ExDeleteTimer(timer, TRUE, FALSE, &parameters);
    CHECK(EVENTUALLY(Deleted == 1));
}
