/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisMSetTimer, NdisMSetPeriodicTimer and NdisMCancelTimer. */
#include "legacy_adapter.h"
#include "threads.h"

static struct {
    NDIS_MINIPORT_TIMER Timer;
    PVOID Context;
    KIRQL Irql;
    volatile LONG Count;
} due;

static VOID NTAPI OnTimer(PVOID system1, PVOID context, PVOID system2, PVOID system3) {
    UNREFERENCED_PARAMETER(system1);
    UNREFERENCED_PARAMETER(system2);
    UNREFERENCED_PARAMETER(system3);
    LegacyEnter();
    due.Context = context;
    due.Irql = KeGetCurrentIrql();
    LegacyLeave();
    InterlockedIncrement(&due.Count);
}
static BOOLEAN Prepare(PVOID context) {
    if (!LegacyUp()) return FALSE;
    due.Count = 0;
    due.Context = NULL;
    NdisMInitializeTimer(&due.Timer, Legacy.Adapter, OnTimer, context);
    return TRUE;
}

CONFORMANCE(NdisMInitializeTimer, TheTimerIsNotSet) {
    BOOLEAN cancelled = TRUE;
    REQUIRE(Prepare(NULL));
    NdisMCancelTimer(&due.Timer, &cancelled);
    CHECK(!cancelled);
    LegacyDown();
}
CONFORMANCE(NdisMSetTimer, CallsTheFunctionOnceAtDispatchLevel) {
    int mine;
    REQUIRE(Prepare(&mine));
    AT_IRQL(DISPATCH_LEVEL, NdisMSetTimer(&due.Timer, 1));
    CHECK(EVENTUALLY(due.Count == 1));
    KeFlushQueuedDpcs();
    CHECK(due.Context == &mine);
    CHECK_EQ(due.Irql, DISPATCH_LEVEL);
    LegacyDown();
}
CONFORMANCE(NdisMSetTimer, NdisSetTimerSetsItToo) {
    REQUIRE(Prepare(NULL)); /* the WDK's NdisMSetTimer is a macro for that */
    NdisSetTimer((PNDIS_TIMER)&due.Timer, 1);
    CHECK(EVENTUALLY(due.Count == 1));
    KeFlushQueuedDpcs();
    LegacyDown();
}
CONFORMANCE(NdisMSetPeriodicTimer, CallsTheFunctionAgainAndAgainAndNeverInsideAnotherHandler) {
    BOOLEAN cancelled = FALSE;
    REQUIRE(Prepare(NULL));
    AT_IRQL(DISPATCH_LEVEL, NdisMSetPeriodicTimer(&due.Timer, 1));
    CHECK(EVENTUALLY(due.Count >= 3));
    NdisMCancelTimer(&due.Timer, &cancelled);
    CHECK(cancelled);
    KeFlushQueuedDpcs();
    CHECK_EQ(Legacy.Overlaps, 0);
    LegacyDown();
}
CONFORMANCE(NdisMCancelTimer, IsTrueForATimerThatWasSet) {
    BOOLEAN cancelled = FALSE;
    REQUIRE(Prepare(NULL));
    NdisMSetTimer(&due.Timer, 600000);
    AT_IRQL(DISPATCH_LEVEL, NdisMCancelTimer(&due.Timer, &cancelled));
    CHECK(cancelled);
    NdisMCancelTimer(&due.Timer, &cancelled);
    CHECK(!cancelled);
    CHECK_EQ(due.Count, 0);
    LegacyDown();
}
