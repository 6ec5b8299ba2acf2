/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisMDeregisterInterrupt and NdisMSynchronizeWithInterrupt. The first serial port serves:
 * its "transmitter empty" interrupt, on ISA line 4, comes as soon as it is enabled. A network
 * card's come in tests/end_to_end/test_network_ndis5.py. */
#include "legacy_adapter.h"
#include "threads.h"

#define INTERRUPT_ENABLE ((PUCHAR)0x3F9)
#define IDENTIFICATION   ((PUCHAR)0x3FA)
#define MODEM_CONTROL    ((PUCHAR)0x3FC)

static NDIS_MINIPORT_INTERRUPT Interrupt;
static NDIS_STATUS Status;
static BOOLEAN Queue, WantsIsr;
static volatile LONG Served, Handled, Enabled, Disabled;
static KIRQL IsrIrql, HandlerIrql;
static UCHAR OldEnable, OldControl;

static BOOLEAN TakeInterrupt(VOID) {
    if (READ_PORT_UCHAR(IDENTIFICATION) & 1) return FALSE;
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, 0);
    return TRUE;
}
static VOID NTAPI Isr(PBOOLEAN recognized, PBOOLEAN queue, NDIS_HANDLE context) {
    CHECK(context == &Legacy);
    *recognized = TakeInterrupt();
    *queue = *recognized && Queue;
    if (!*recognized) return;
    IsrIrql = KeGetCurrentIrql();
    InterlockedIncrement(&Served);
}
static VOID NTAPI Disable(NDIS_HANDLE context) {
    CHECK(context == &Legacy);
    if (TakeInterrupt()) InterlockedIncrement(&Disabled);
}
static VOID NTAPI Handle(NDIS_HANDLE context) {
    CHECK(context == &Legacy);
    LegacyEnter();
    HandlerIrql = KeGetCurrentIrql();
    LegacyLeave();
    InterlockedIncrement(&Handled);
}
static VOID NTAPI Enable(NDIS_HANDLE context) {
    CHECK(context == &Legacy);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    InterlockedIncrement(&Enabled);
}

static VOID RegisterInterrupt(NDIS_HANDLE context) {
    (void)context;
    Status = NdisMRegisterInterrupt(&Interrupt, Legacy.Adapter, 4, 4, WantsIsr, FALSE,
                                    NdisInterruptLatched);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
static BOOLEAN Up(BOOLEAN isr, BOOLEAN queue) {
    Served = Handled = Enabled = Disabled = 0;
    Queue = queue;
    WantsIsr = isr;
    Status = NDIS_STATUS_FAILURE;
    Legacy.WithLine = TRUE;
    Legacy.AtInitialize = RegisterInterrupt;
    Legacy.Isr = Isr;
    Legacy.HandleInterrupt = Handle;
    Legacy.EnableInterrupt = Enable;
    Legacy.DisableInterrupt = Disable;
    OldEnable = READ_PORT_UCHAR(INTERRUPT_ENABLE);
    OldControl = READ_PORT_UCHAR(MODEM_CONTROL);
    if (!LegacyUp()) return FALSE;
    CHECK_STATUS(Status, NDIS_STATUS_SUCCESS);
    if (Status == NDIS_STATUS_SUCCESS) {
        WRITE_PORT_UCHAR(MODEM_CONTROL, OldControl | 8); /* lets the line out */
        return TRUE;
    }
    LegacyDown();
    return FALSE;
}
static VOID Interrupted(VOID) {
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, 0);
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, 2);
}
static VOID Down(VOID) {
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, OldEnable);
    WRITE_PORT_UCHAR(MODEM_CONTROL, OldControl);
    NdisMDeregisterInterrupt(&Interrupt);
    LegacyDown();
}

CONFORMANCE(NdisMRegisterInterrupt, TheIsrDecidesWhetherTheInterruptIsHandledLater) {
    REQUIRE(Up(TRUE, TRUE));
    Interrupted();
    CHECK(EVENTUALLY(Enabled == 1));
    CHECK_EQ(Served, 1);
    CHECK_EQ(Handled, 1);
    CHECK(IsrIrql > DISPATCH_LEVEL);
    CHECK_EQ(HandlerIrql, DISPATCH_LEVEL);
    CHECK_EQ(Legacy.Overlaps, 0);
    Queue = FALSE;
    Interrupted();
    CHECK(EVENTUALLY(Served == 2));
    KeFlushQueuedDpcs();
    CHECK_EQ(Handled, 1);
    Down();
}
CONFORMANCE(NdisMRegisterInterrupt, WithoutIsrItIsDisabledHandledAndEnabled) {
    REQUIRE(Up(FALSE, TRUE));
    Interrupted();
    CHECK(EVENTUALLY(Enabled == 1));
    CHECK_EQ(Disabled, 1);
    CHECK_EQ(Handled, 1);
    CHECK_EQ(Served, 0);
    Down();
}
CONFORMANCE(NdisMRegisterInterrupt, FailsForADeviceWithoutALine) {
    Status = NDIS_STATUS_SUCCESS;
    WantsIsr = TRUE;
    Legacy.AtInitialize = RegisterInterrupt;
    Legacy.Isr = Isr;
    Legacy.HandleInterrupt = Handle;
    REQUIRE(LegacyUp());
    CHECK(Status != NDIS_STATUS_SUCCESS);
    LegacyDown();
}
CONFORMANCE(NdisMRegisterInterrupt, FailsForADriverWithoutTheHandlers) {
    Status = NDIS_STATUS_SUCCESS;
    Legacy.WithLine = TRUE;
    Legacy.AtInitialize = RegisterInterrupt;
    REQUIRE(LegacyUp());
    CHECK_STATUS(Status, NDIS_STATUS_FAILURE);
    LegacyDown();
}
CONFORMANCE(NdisMDeregisterInterrupt, NoHandlerRunsAfterIt) {
    REQUIRE(Up(TRUE, TRUE));
    NdisMDeregisterInterrupt(&Interrupt);
    Interrupted();
    KeFlushQueuedDpcs();
    CHECK_EQ(Served, 0);
    CHECK_EQ(Handled, 0);
    RegisterInterrupt(NULL); /* the line may be had again */
    CHECK_STATUS(Status, NDIS_STATUS_SUCCESS);
    Down();
}
CONFORMANCE(NdisMDeregisterInterrupt, ReturnsAtPassiveLevel) {
    REQUIRE(Up(TRUE, FALSE));
    Down();
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static KIRQL SynchronizedAt;
static BOOLEAN NTAPI Synchronized(PVOID context) {
    SynchronizedAt = KeGetCurrentIrql();
    return context != NULL;
}
CONFORMANCE(NdisMSynchronizeWithInterrupt, RunsTheFunctionAtTheInterruptsIrqlAndReturnsItsResult) {
    BOOLEAN result = FALSE;
    REQUIRE(Up(TRUE, TRUE));
    Interrupted();
    CHECK(EVENTUALLY(Served == 1));
    AT_IRQL(DISPATCH_LEVEL, result = NdisMSynchronizeWithInterrupt(&Interrupt, (PVOID)Synchronized,
                                                                   &SynchronizedAt));
    CHECK(result);
    CHECK_EQ(SynchronizedAt, IsrIrql);
    CHECK(!NdisMSynchronizeWithInterrupt(&Interrupt, (PVOID)Synchronized, NULL));
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    Down();
}
