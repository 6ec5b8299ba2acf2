/* SPDX-License-Identifier: GPL-2.0-only */
#include "legacy.h"
#include "threads.h"

static NDIS_WORK_ITEM Item;
static volatile LONG Runs;
static PVOID RanWith;
static PNDIS_WORK_ITEM RanItem;
static KIRQL RanAt;

static VOID Routine(PNDIS_WORK_ITEM item, PVOID context) {
    RanItem = item;
    RanWith = context;
    RanAt = KeGetCurrentIrql();
    InterlockedIncrement(&Runs);
}
static VOID FreeItem(PNDIS_WORK_ITEM item, PVOID context) {
    NdisFreeMemory(item, sizeof(*item), 0);
    InterlockedIncrement((volatile LONG*)context);
}

CONFORMANCE(NdisScheduleWorkItem, CallsTheRoutineAtPassiveLevel) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    static int context;
    for (LONG turn = 1; turn <= 2; ++turn) { /* the item may be used again */
        Runs = 0;
        NdisInitializeWorkItem(&Item, Routine, &context);
        AT_IRQL(DISPATCH_LEVEL, status = NdisScheduleWorkItem(&Item));
        CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
        CHECK(EVENTUALLY(Runs == 1));
        CHECK(RanItem == &Item);
        CHECK(RanWith == &context);
        CHECK_EQ(RanAt, PASSIVE_LEVEL);
    }
}
CONFORMANCE(NdisScheduleWorkItem, TheRoutineMayFreeTheItem) {
    PNDIS_WORK_ITEM item = NULL;
    Runs = 0;
    REQUIRE(NdisAllocateMemoryWithTag((PVOID*)&item, sizeof(*item), CONFORMANCE_TAG) ==
            NDIS_STATUS_SUCCESS);
    NdisInitializeWorkItem(item, FreeItem, (PVOID)&Runs);
    NdisScheduleWorkItem(item);
    CHECK(EVENTUALLY(Runs == 1));
}
