/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static volatile LONG ended;
static VOID NTAPI Down(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    MiniportPnp(IRP_MN_STOP_DEVICE);
    InterlockedIncrement(&ended);
}
static NTSTATUS startStatus;
static VOID NTAPI Start(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    startStatus = MiniportStart();
    InterlockedIncrement(&ended);
}

CONFORMANCE(NdisMPauseComplete, TheAdapterPausesUntilItIsCalled) {
    PETHREAD thread;
    MiniportNew();
    ended = 0;
    REQUIRE(MiniportUp());
    Miniport.PauseStatus = NDIS_STATUS_PENDING;
    thread = StartHelper(Down, NULL);
    CHECK(EVENTUALLY(Miniport.Paused == 1));
    PauseMs(20);
    CHECK_EQ(ended, 0);
    CHECK_EQ(Miniport.Halted, 0);
    AT_IRQL(DISPATCH_LEVEL, NdisMPauseComplete(Miniport.Adapter));
    CHECK(EndHelper(thread));
    CHECK_EQ(Miniport.Halted, 1);
    CHECK_EQ(Miniport.HaltAction, NdisHaltDeviceStopped);
    MiniportDown();
}
CONFORMANCE(NdisMPauseComplete, APauseThatEndsAtOnceNeedsNone) {
    MiniportNew();
    REQUIRE(MiniportUp());
    MiniportDown();
    CHECK_EQ(Miniport.Paused, 1);
    CHECK_EQ(Miniport.Halted, 1);
}
CONFORMANCE(NdisMRestartComplete, TheAdapterRunsFromThenOn) {
    PETHREAD thread;
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    ended = 0;
    Miniport.RestartStatus = NDIS_STATUS_PENDING;
    REQUIRE(MiniportAdd());
    thread = StartHelper(Start, NULL);
    CHECK(EVENTUALLY(Miniport.Restarted == 1));
    CHECK(!BindUp());
    CHECK_EQ(ended, 0);
    AT_IRQL(DISPATCH_LEVEL, NdisMRestartComplete(Miniport.Adapter, NDIS_STATUS_SUCCESS));
    CHECK(EndHelper(thread));
    CHECK_STATUS(startStatus, STATUS_SUCCESS);
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, &state), STATUS_SUCCESS);
    CHECK_EQ(state.Running, 1);
    MiniportDown();
}
CONFORMANCE(NdisMRestartComplete, AFailureEndsTheStart) {
    PETHREAD thread;
    MiniportNew();
    ended = 0;
    Miniport.RestartStatus = NDIS_STATUS_PENDING;
    REQUIRE(MiniportAdd());
    thread = StartHelper(Start, NULL);
    CHECK(EVENTUALLY(Miniport.Restarted == 1));
    NdisMRestartComplete(Miniport.Adapter, NDIS_STATUS_RESOURCES);
    CHECK(EndHelper(thread));
    CHECK(!NT_SUCCESS(startStatus));
    CHECK_EQ(Miniport.Halted, 1);
    MiniportDown();
}
