/* SPDX-License-Identifier: GPL-2.0-only */
/* With IoDisconnectInterrupt, IoConnectInterruptEx and IoDisconnectInterruptEx
 * (CONNECT_FULLY_SPECIFIED), KeSynchronizeExecution and the interrupt spin lock, each with a page
 * of its own. The first serial port serves: its "transmitter empty" interrupt, on ISA line 4, comes
 * as soon as it is enabled. */
#include "conformance.h"

NTHALAPI ULONG NTAPI HalGetInterruptVector(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
                                           ULONG BusInterruptLevel, ULONG BusInterruptVector,
                                           PKIRQL Irql, PKAFFINITY Affinity);

#define INTERRUPT_ENABLE ((PUCHAR)0x3F9)
#define IDENTIFICATION   ((PUCHAR)0x3FA)
#define MODEM_CONTROL    ((PUCHAR)0x3FC)

typedef struct {
    PKINTERRUPT Object;
    ULONG Vector;
    KIRQL Irql;
    KAFFINITY Processors;
    volatile LONG Served;
    volatile KIRQL ServedAt;
    UCHAR OldEnable, OldControl;
} PORT;

static BOOLEAN NTAPI Serve(PKINTERRUPT Interrupt, PVOID Context) {
    PORT* port = Context;
    UNREFERENCED_PARAMETER(Interrupt);
    if (READ_PORT_UCHAR(IDENTIFICATION) & 1) return FALSE;
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, 0);
    port->ServedAt = KeGetCurrentIrql();
    InterlockedIncrement(&port->Served);
    return TRUE;
}

static BOOLEAN Find(PORT* Port) {
    RtlZeroMemory(Port, sizeof(*Port));
    Port->Vector = HalGetInterruptVector(Isa, 0, 4, 4, &Port->Irql, &Port->Processors);
    Port->OldEnable = READ_PORT_UCHAR(INTERRUPT_ENABLE);
    Port->OldControl = READ_PORT_UCHAR(MODEM_CONTROL);
    return Port->Vector != 0 && Port->OldControl != 0xFF;
}

static NTSTATUS Connect(PORT* Port) {
    NTSTATUS status = IoConnectInterrupt(&Port->Object, Serve, Port, NULL, Port->Vector, Port->Irql,
                                         Port->Irql, Latched, FALSE, Port->Processors, FALSE);
    if (NT_SUCCESS(status))
        WRITE_PORT_UCHAR(MODEM_CONTROL, Port->OldControl | 8); /* lets the line out */
    return status;
}

static VOID Restore(PORT* Port) {
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, Port->OldEnable);
    WRITE_PORT_UCHAR(MODEM_CONTROL, Port->OldControl);
}

static BOOLEAN WaitUntilServed(PORT* Port, LONG Count) {
    ULONG i;
    for (i = 0; i < 20000 && Port->Served < Count; i++) KeStallExecutionProcessor(100);
    return Port->Served >= Count;
}

CONFORMANCE(IoConnectInterrupt, CallsTheServiceRoutineAtItsLevel) {
    PORT port;
    SKIP_UNLESS(Find(&port), "no serial port with an interrupt line");
    SKIP_UNLESS(NT_SUCCESS(Connect(&port)), "the serial port's line belongs to somebody else");
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, 2);
    CHECK(WaitUntilServed(&port, 1));
    CHECK_EQ(port.ServedAt, port.Irql);
    IoDisconnectInterrupt(port.Object);
    Restore(&port);
}

CONFORMANCE(IoConnectInterrupt, RefusesAVectorThatNobodyGave) {
    PKINTERRUPT interrupt = NULL;
    CHECK(!NT_SUCCESS(
        IoConnectInterrupt(&interrupt, Serve, NULL, NULL, 0x2F, 2, 2, Latched, FALSE, 1, FALSE)));
    CHECK_EQ(interrupt, NULL);
}

CONFORMANCE(IoDisconnectInterrupt, EndsTheCalls) {
    PORT port;
    SKIP_UNLESS(Find(&port), "no serial port with an interrupt line");
    SKIP_UNLESS(NT_SUCCESS(Connect(&port)), "the serial port's line belongs to somebody else");
    IoDisconnectInterrupt(port.Object);
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, 2);
    KeStallExecutionProcessor(1000);
    CHECK_EQ(port.Served, 0);
    Restore(&port);
}

CONFORMANCE(IoConnectInterruptEx, ConnectsAFullySpecifiedInterrupt) {
    PORT port;
    IO_CONNECT_INTERRUPT_PARAMETERS parameters = {0};
    IO_DISCONNECT_INTERRUPT_PARAMETERS leave = {0};
    NTSTATUS status;
    SKIP_UNLESS(Find(&port), "no serial port with an interrupt line");
    parameters.Version = CONNECT_FULLY_SPECIFIED;
    parameters.FullySpecified.PhysicalDeviceObject = ConformanceDevice;
    parameters.FullySpecified.InterruptObject = &port.Object;
    parameters.FullySpecified.ServiceRoutine = Serve;
    parameters.FullySpecified.ServiceContext = &port;
    parameters.FullySpecified.SynchronizeIrql = port.Irql;
    parameters.FullySpecified.Vector = port.Vector;
    parameters.FullySpecified.Irql = port.Irql;
    parameters.FullySpecified.InterruptMode = Latched;
    parameters.FullySpecified.ProcessorEnableMask = port.Processors;
    status = IoConnectInterruptEx(&parameters);
    SKIP_UNLESS(NT_SUCCESS(status), "the serial port's line belongs to somebody else");
    WRITE_PORT_UCHAR(MODEM_CONTROL, port.OldControl | 8);
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, 2);
    CHECK(WaitUntilServed(&port, 1));
    leave.Version = CONNECT_FULLY_SPECIFIED;
    leave.ConnectionContext.InterruptObject = port.Object;
    IoDisconnectInterruptEx(&leave);
    Restore(&port);
}

CONFORMANCE(IoDisconnectInterruptEx, EndsTheCalls) {
    PORT port;
    IO_DISCONNECT_INTERRUPT_PARAMETERS leave = {0};
    SKIP_UNLESS(Find(&port), "no serial port with an interrupt line");
    SKIP_UNLESS(NT_SUCCESS(Connect(&port)), "the serial port's line belongs to somebody else");
    leave.Version = CONNECT_FULLY_SPECIFIED;
    leave.ConnectionContext.InterruptObject = port.Object;
    IoDisconnectInterruptEx(&leave);
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, 2);
    KeStallExecutionProcessor(1000);
    CHECK_EQ(port.Served, 0);
    Restore(&port);
}

static BOOLEAN NTAPI AtLevel(PVOID Context) { return KeGetCurrentIrql() == *(KIRQL*)Context; }

CONFORMANCE(KeSynchronizeExecution, RunsAtTheInterruptsLevelAndReturnsTheAnswer) {
    PORT port;
    KIRQL wrong = PASSIVE_LEVEL;
    SKIP_UNLESS(Find(&port), "no serial port with an interrupt line");
    SKIP_UNLESS(NT_SUCCESS(Connect(&port)), "the serial port's line belongs to somebody else");
    CHECK_EQ(KeSynchronizeExecution(port.Object, AtLevel, &port.Irql), TRUE);
    CHECK_EQ(KeSynchronizeExecution(port.Object, AtLevel, &wrong), FALSE);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_EQ(KeSynchronizeExecution(port.Object, AtLevel, &port.Irql), TRUE));
    IoDisconnectInterrupt(port.Object);
    Restore(&port);
}

CONFORMANCE(KeAcquireInterruptSpinLock, KeepsTheServiceRoutineOut) {
    PORT port;
    KIRQL old;
    SKIP_UNLESS(Find(&port), "no serial port with an interrupt line");
    SKIP_UNLESS(NT_SUCCESS(Connect(&port)), "the serial port's line belongs to somebody else");
    old = KeAcquireInterruptSpinLock(port.Object);
    CHECK_EQ(old, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), port.Irql);
    WRITE_PORT_UCHAR(INTERRUPT_ENABLE, 2);
    KeStallExecutionProcessor(1000);
    CHECK_EQ(port.Served, 0);
    KeReleaseInterruptSpinLock(port.Object, old);
    CHECK(WaitUntilServed(&port, 1));
    IoDisconnectInterrupt(port.Object);
    Restore(&port);
}

CONFORMANCE(KeReleaseInterruptSpinLock, RestoresTheLevel) {
    PORT port;
    KIRQL old, before;
    SKIP_UNLESS(Find(&port), "no serial port with an interrupt line");
    SKIP_UNLESS(NT_SUCCESS(Connect(&port)), "the serial port's line belongs to somebody else");
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    old = KeAcquireInterruptSpinLock(port.Object);
    KeReleaseInterruptSpinLock(port.Object, old);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(before);
    IoDisconnectInterrupt(port.Object);
    Restore(&port);
}
