// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static volatile LONG Count;
static KIRQL Level;
static PVOID Seen;

static VOID NTAPI Expired(PEX_TIMER Timer, PVOID Context) {
    Level = KeGetCurrentIrql();
    Seen = Context;
    InterlockedIncrement(&Count);
}

CONFORMANCE(ExSetTimer, CallsTheRoutineAtDispatchLevelWhenItExpires) {
    PEX_TIMER timer = ExAllocateTimer(Expired, (PVOID)0x42, 0);
    ULONGLONG start = KeQueryInterruptTime();
    REQUIRE(timer != NULL);
    Count = 0;
    CHECK(!ExSetTimer(timer, -50000, 0, NULL));
    CHECK(EVENTUALLY(Count == 1));
    CHECK(KeQueryInterruptTime() - start >= 50000);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK_EQ(Seen, (PVOID)0x42);
    ExDeleteTimer(timer, TRUE, TRUE, NULL);
}

CONFORMANCE(ExSetTimer, APeriodRepeats) {
    PEX_TIMER timer = ExAllocateTimer(Expired, NULL, 0);
    REQUIRE(timer != NULL);
    Count = 0;
    ExSetTimer(timer, -10000, 20000, NULL);
    CHECK(EVENTUALLY(Count >= 3));
    CHECK(ExCancelTimer(timer, NULL));
    ExDeleteTimer(timer, TRUE, TRUE, NULL);
}

CONFORMANCE(ExSetTimer, IsTrueWhenItCancelsAPendingOne) {
    PEX_TIMER timer = ExAllocateTimer(Expired, NULL, 0);
    REQUIRE(timer != NULL);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK(!ExSetTimer(timer, -1000000000, 0, NULL));
        CHECK(ExSetTimer(timer, -1000000000, 0, NULL));
    });
    CHECK(ExDeleteTimer(timer, TRUE, TRUE, NULL));
}
