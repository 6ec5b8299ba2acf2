/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisInitializeTimer, NdisSetTimerEx, NdisSetPeriodicTimer and NdisCancelTimer. */
#include "legacy.h"

static struct {
    NDIS_TIMER Timer;
    NDIS_EVENT Came;
    PVOID Context;
    KIRQL Irql;
    LONG Count;
} due;

static VOID NTAPI OnTimer(PVOID system1, PVOID context, PVOID system2, PVOID system3) {
    UNREFERENCED_PARAMETER(system1);
    UNREFERENCED_PARAMETER(system2);
    UNREFERENCED_PARAMETER(system3);
    due.Context = context;
    due.Irql = KeGetCurrentIrql();
    if (InterlockedIncrement(&due.Count) >= 3 || context != &due) NdisSetEvent(&due.Came);
}
static VOID Prepare(PVOID context) {
    NdisInitializeEvent(&due.Came);
    due.Count = 0;
    due.Context = NULL;
    NdisInitializeTimer(&due.Timer, OnTimer, context);
}

CONFORMANCE(NdisInitializeTimer, TheTimerIsNotSet) {
    BOOLEAN cancelled = TRUE;
    Prepare(NULL);
    NdisCancelTimer(&due.Timer, &cancelled);
    CHECK(!cancelled);
    CHECK_EQ(due.Count, 0);
}
CONFORMANCE(NdisSetTimer, CallsTheFunctionOnceAtDispatchLevel) {
    BOOLEAN cancelled = TRUE;
    int mine;
    Prepare(&mine);
    AT_IRQL(DISPATCH_LEVEL, NdisSetTimer(&due.Timer, 1));
    CHECK(NdisWaitEvent(&due.Came, 5000));
    KeFlushQueuedDpcs();
    CHECK(due.Context == &mine);
    CHECK_EQ(due.Irql, DISPATCH_LEVEL);
    NdisCancelTimer(&due.Timer, &cancelled);
    CHECK(!cancelled);
    CHECK_EQ(due.Count, 1);
}
CONFORMANCE(NdisSetTimer, ATimerThatIsSetIsSetAnew) {
    Prepare(NULL);
    NdisSetTimer(&due.Timer, 600000);
    NdisSetTimer(&due.Timer, 1);
    CHECK(NdisWaitEvent(&due.Came, 5000));
    KeFlushQueuedDpcs();
    CHECK_EQ(due.Count, 1);
}
CONFORMANCE(NdisSetTimerEx, TheFunctionGetsItsContext) {
    int first, second;
    Prepare(&first);
    AT_IRQL(DISPATCH_LEVEL, NdisSetTimerEx(&due.Timer, 1, &second));
    CHECK(NdisWaitEvent(&due.Came, 5000));
    KeFlushQueuedDpcs();
    CHECK(due.Context == &second);
}
CONFORMANCE(NdisSetPeriodicTimer, CallsTheFunctionAgainAndAgain) {
    BOOLEAN cancelled = FALSE;
    Prepare(&due); /* the event comes with the third */
    AT_IRQL(DISPATCH_LEVEL, NdisSetPeriodicTimer(&due.Timer, 1));
    CHECK(NdisWaitEvent(&due.Came, 5000));
    NdisCancelTimer(&due.Timer, &cancelled);
    CHECK(cancelled);
    KeFlushQueuedDpcs();
    CHECK(due.Count >= 3);
}
CONFORMANCE(NdisCancelTimer, IsTrueForATimerThatWasSet) {
    BOOLEAN cancelled = FALSE;
    Prepare(NULL);
    NdisSetTimer(&due.Timer, 600000);
    AT_IRQL(DISPATCH_LEVEL, NdisCancelTimer(&due.Timer, &cancelled));
    CHECK(cancelled);
    NdisCancelTimer(&due.Timer, &cancelled);
    CHECK(!cancelled);
    CHECK_EQ(due.Count, 0);
}
