/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

static struct {
    NDIS_EVENT Came;
    PVOID Context;
    KIRQL Irql;
    volatile LONG Count;
} due;
static VOID NTAPI OnTimer(PVOID SystemSpecific1, PVOID FunctionContext, PVOID SystemSpecific2,
                          PVOID SystemSpecific3) {
    UNREFERENCED_PARAMETER(SystemSpecific1);
    UNREFERENCED_PARAMETER(SystemSpecific2);
    UNREFERENCED_PARAMETER(SystemSpecific3);
    due.Context = FunctionContext;
    due.Irql = KeGetCurrentIrql();
    InterlockedIncrement(&due.Count);
    NdisSetEvent(&due.Came);
}
static NDIS_HANDLE NewTimer(PVOID context) {
    NDIS_TIMER_CHARACTERISTICS characteristics = {{NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS,
                                                   NDIS_TIMER_CHARACTERISTICS_REVISION_1,
                                                   NDIS_SIZEOF_TIMER_CHARACTERISTICS_REVISION_1}};
    NDIS_HANDLE timer = NULL;
    characteristics.AllocationTag = CONFORMANCE_TAG;
    characteristics.TimerFunction = OnTimer;
    characteristics.FunctionContext = context;
    NdisInitializeEvent(&due.Came);
    due.Count = 0;
    CHECK_STATUS(NdisAllocateTimerObject(NULL, &characteristics, &timer), NDIS_STATUS_SUCCESS);
    return timer;
}
static LARGE_INTEGER After(LONG milliseconds) {
    LARGE_INTEGER time;
    time.QuadPart = -10000LL * milliseconds;
    return time;
}

CONFORMANCE(NdisSetTimerObject, CallsTheFunctionAtDispatchLevel) {
    static int mine, other;
    NDIS_HANDLE timer = NewTimer(&mine);
    BOOLEAN was = TRUE;
    REQUIRE(timer != NULL);
    AT_IRQL(DISPATCH_LEVEL, was = NdisSetTimerObject(timer, After(1), 0, NULL));
    CHECK(!was);
    CHECK(NdisWaitEvent(&due.Came, 5000));
    CHECK(due.Context == &mine);
    CHECK_EQ(due.Irql, DISPATCH_LEVEL);
    NdisResetEvent(&due.Came);
    NdisSetTimerObject(timer, After(1), 0, &other);
    CHECK(NdisWaitEvent(&due.Came, 5000));
    CHECK(due.Context == &other);
    KeFlushQueuedDpcs();
    NdisFreeTimerObject(timer);
}
CONFORMANCE(NdisSetTimerObject, IsTrueWhenItWasSet) {
    NDIS_HANDLE timer = NewTimer(NULL);
    CHECK(!NdisSetTimerObject(timer, After(60000), 0, NULL));
    CHECK(NdisSetTimerObject(timer, After(60000), 0, NULL));
    NdisCancelTimerObject(timer);
    NdisFreeTimerObject(timer);
}
CONFORMANCE(NdisCancelTimerObject, IsTrueWhenItWasSet) {
    NDIS_HANDLE timer = NewTimer(NULL);
    BOOLEAN was = FALSE;
    CHECK(!NdisCancelTimerObject(timer));
    NdisSetTimerObject(timer, After(60000), 0, NULL);
    AT_IRQL(DISPATCH_LEVEL, was = NdisCancelTimerObject(timer));
    CHECK(was);
    CHECK_EQ(due.Count, 0);
    NdisFreeTimerObject(timer);
}
CONFORMANCE(NdisAllocateTimerObject, RefusesATimerWithoutFunction) {
    NDIS_TIMER_CHARACTERISTICS characteristics = {{NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS,
                                                   NDIS_TIMER_CHARACTERISTICS_REVISION_1,
                                                   NDIS_SIZEOF_TIMER_CHARACTERISTICS_REVISION_1}};
    NDIS_HANDLE timer = NULL;
    CHECK(NdisAllocateTimerObject(NULL, &characteristics, &timer) != NDIS_STATUS_SUCCESS);
    CHECK(timer == NULL);
}
CONFORMANCE(NdisFreeTimerObject, FreesATimerUpToDispatchLevel) {
    NDIS_HANDLE timer = NewTimer(NULL);
    REQUIRE(timer != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeTimerObject(timer));
}
