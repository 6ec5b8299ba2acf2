/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static struct {
    NDIS_EVENT Came;
    PVOID Context;
    NDIS_HANDLE Item;
    KIRQL Irql;
} work;
static VOID NTAPI Routine(PVOID context, NDIS_HANDLE item) {
    work.Context = context;
    work.Item = item;
    work.Irql = KeGetCurrentIrql();
    NdisSetEvent(&work.Came);
}

CONFORMANCE(NdisAllocateIoWorkItem, IsNotQueuedByItself) {
    NDIS_HANDLE item = NULL;
    MiniportNew();
    REQUIRE(MiniportUp());
    AT_IRQL(DISPATCH_LEVEL, item = NdisAllocateIoWorkItem(Miniport.Adapter));
    CHECK(item != NULL);
    if (item != NULL) NdisFreeIoWorkItem(item);
    MiniportDown();
}
CONFORMANCE(NdisQueueIoWorkItem, RunsTheRoutineAtPassiveLevel) {
    static int mine;
    NDIS_HANDLE item;
    MiniportNew();
    REQUIRE(MiniportUp());
    item = NdisAllocateIoWorkItem(Miniport.Adapter);
    REQUIRE(item != NULL);
    for (ULONG round = 0; round < 3; ++round) { /* an item may be queued again */
        NdisInitializeEvent(&work.Came);
        work.Context = NULL;
        AT_IRQL(DISPATCH_LEVEL, NdisQueueIoWorkItem(item, Routine, &mine));
        CHECK(NdisWaitEvent(&work.Came, 5000));
        CHECK(work.Context == &mine);
        CHECK(work.Item == item);
        CHECK_EQ(work.Irql, PASSIVE_LEVEL);
    }
    NdisFreeIoWorkItem(item);
    MiniportDown();
}
static VOID NTAPI FreesItself(PVOID context, NDIS_HANDLE item) {
    UNREFERENCED_PARAMETER(context);
    NdisFreeIoWorkItem(item);
    NdisSetEvent(&work.Came);
}
CONFORMANCE(NdisFreeIoWorkItem, MayBeCalledByTheRoutine) {
    NDIS_HANDLE item;
    MiniportNew();
    REQUIRE(MiniportUp());
    item = NdisAllocateIoWorkItem(Miniport.Adapter);
    REQUIRE(item != NULL);
    NdisInitializeEvent(&work.Came);
    NdisQueueIoWorkItem(item, FreesItself, NULL);
    CHECK(NdisWaitEvent(&work.Came, 5000));
    MiniportDown();
}
