/* SPDX-License-Identifier: GPL-2.0-only */
/* What a device's own interrupts come to is tested end to end with QEMU's e1000 and e1000e
 * (test_net_e1000.py); here is what a driver can see without one. */
#include "test_miniport.h"

static struct {
    NDIS_MINIPORT_INTERRUPT_CHARACTERISTICS Calls;
    NDIS_HANDLE Handle;
    NDIS_STATUS Status;
    volatile LONG Deferred;
    PVOID DpcContext, Context;
    KIRQL DpcIrql, SynchronizedIrql;
    PVOID SynchronizedWith;
    ULONG MaxNbls;
} interrupt;
static int interruptContext, dpcContext;

static BOOLEAN NTAPI OnInterrupt(NDIS_HANDLE context, PBOOLEAN queue, PULONG targets) {
    UNREFERENCED_PARAMETER(context);
    *queue = FALSE;
    *targets = 0;
    return FALSE;
}
static VOID NTAPI OnDpc(NDIS_HANDLE context, PVOID dpc, PVOID throttle, PVOID reserved) {
    UNREFERENCED_PARAMETER(reserved);
    interrupt.Context = context;
    interrupt.DpcContext = dpc;
    interrupt.DpcIrql = KeGetCurrentIrql();
    interrupt.MaxNbls = ((PNDIS_RECEIVE_THROTTLE_PARAMETERS)throttle)->MaxNblsToIndicate;
    InterlockedIncrement(&interrupt.Deferred);
}
static NDIS_STATUS NTAPI Connect(NDIS_HANDLE adapter) {
    interrupt.Status =
        NdisMRegisterInterruptEx(adapter, &interruptContext, &interrupt.Calls, &interrupt.Handle);
    return NDIS_STATUS_SUCCESS;
}
static VOID New(VOID) {
    MiniportNew();
    RtlZeroMemory(&interrupt, sizeof(interrupt));
    interrupt.Calls.Header.Type = NDIS_OBJECT_TYPE_MINIPORT_INTERRUPT;
    interrupt.Calls.Header.Revision = 1;
    interrupt.Calls.Header.Size = sizeof(interrupt.Calls);
    interrupt.Calls.InterruptHandler = OnInterrupt;
    interrupt.Calls.InterruptDpcHandler = OnDpc;
    Miniport.DuringInitialize = Connect;
}

CONFORMANCE(NdisMRegisterInterruptEx, ConnectsTheDevicesLine) {
    New();
    REQUIRE(MiniportUp());
    CHECK_STATUS(interrupt.Status, NDIS_STATUS_SUCCESS);
    CHECK(interrupt.Handle != NULL);
    CHECK_EQ(interrupt.Calls.InterruptType, NDIS_CONNECT_LINE_BASED);
    CHECK(interrupt.Calls.MessageInfoTable == NULL);
    if (interrupt.Handle != NULL) NdisMDeregisterInterruptEx(interrupt.Handle);
    MiniportDown();
}
CONFORMANCE(NdisMRegisterInterruptEx, RefusesADriverWithoutHandlers) {
    New();
    interrupt.Calls.InterruptDpcHandler = NULL;
    REQUIRE(MiniportUp());
    CHECK(interrupt.Status != NDIS_STATUS_SUCCESS);
    CHECK(interrupt.Handle == NULL);
    MiniportDown();
}
CONFORMANCE(NdisMDeregisterInterruptEx, TheLineMayBeConnectedAgain) {
    New();
    REQUIRE(MiniportUp());
    REQUIRE(interrupt.Handle != NULL);
    for (ULONG round = 0; round < 3; ++round) {
        NdisMDeregisterInterruptEx(interrupt.Handle);
        interrupt.Handle = NULL;
        Connect(Miniport.Adapter);
        CHECK_STATUS(interrupt.Status, NDIS_STATUS_SUCCESS);
        REQUIRE(interrupt.Handle != NULL);
    }
    NdisMDeregisterInterruptEx(interrupt.Handle);
    MiniportDown();
}
static BOOLEAN NTAPI Synchronized(NDIS_HANDLE context) {
    interrupt.SynchronizedWith = context;
    interrupt.SynchronizedIrql = KeGetCurrentIrql();
    return context == &dpcContext;
}
CONFORMANCE(NdisMSynchronizeWithInterruptEx, RunsTheFunctionAtTheInterruptsIrql) {
    BOOLEAN result = FALSE;
    New();
    REQUIRE(MiniportUp());
    REQUIRE(interrupt.Handle != NULL);
    result = NdisMSynchronizeWithInterruptEx(interrupt.Handle, 0, Synchronized, &dpcContext);
    CHECK(result);
    CHECK(interrupt.SynchronizedWith == &dpcContext);
    CHECK(interrupt.SynchronizedIrql > DISPATCH_LEVEL);
    AT_IRQL(DISPATCH_LEVEL,
            result = NdisMSynchronizeWithInterruptEx(interrupt.Handle, 0, Synchronized, NULL));
    CHECK(!result); /* what the function answers */
    NdisMDeregisterInterruptEx(interrupt.Handle);
    MiniportDown();
}
CONFORMANCE(NdisMQueueDpcEx, CallsTheDpcFunctionWithTheContext) {
    GROUP_AFFINITY targets = {.Mask = 1, .Group = 0};
    KAFFINITY queued = 0;
    New();
    REQUIRE(MiniportUp());
    REQUIRE(interrupt.Handle != NULL);
    queued = NdisMQueueDpcEx(interrupt.Handle, 0, &targets, &dpcContext);
    CHECK_EQ(queued, 1);
    CHECK(EVENTUALLY(interrupt.Deferred == 1));
    CHECK(interrupt.Context == &interruptContext);
    CHECK(interrupt.DpcContext == &dpcContext);
    CHECK_EQ(interrupt.DpcIrql, DISPATCH_LEVEL);
    CHECK_EQ(interrupt.MaxNbls, NDIS_INDICATE_ALL_NBLS);
    NdisMDeregisterInterruptEx(interrupt.Handle);
    MiniportDown();
}
CONFORMANCE(NdisMQueueDpcEx, OneThatIsQueuedIsNotQueuedAgain) {
    GROUP_AFFINITY targets = {.Mask = 1, .Group = 0};
    PROCESSOR_NUMBER here;
    KAFFINITY first = 0, second = 0;
    New();
    REQUIRE(MiniportUp());
    REQUIRE(interrupt.Handle != NULL);
    KeSetSystemAffinityThread(1);
    KeGetCurrentProcessorNumberEx(&here);
    CHECK_EQ(here.Number, 0);
    AT_IRQL(DISPATCH_LEVEL, {
        first = NdisMQueueDpcEx(interrupt.Handle, 0, &targets, NULL);
        second = NdisMQueueDpcEx(interrupt.Handle, 0, &targets, NULL);
    });
    KeRevertToUserAffinityThread();
    CHECK_EQ(first, 1);
    CHECK_EQ(second, 0);
    CHECK(EVENTUALLY(interrupt.Deferred == 1));
    targets.Mask = (KAFFINITY)1 << 40; /* no such processor */
    CHECK_EQ(NdisMQueueDpcEx(interrupt.Handle, 0, &targets, NULL), 0);
    NdisMDeregisterInterruptEx(interrupt.Handle);
    MiniportDown();
}
