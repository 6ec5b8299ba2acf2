/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines and messages of a device that has them are tested end to end with QEMU's edu device (test_pnp.py). */
#include "pnp_device.h"

NTHALAPI ULONG NTAPI HalGetInterruptVector(INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
                                             ULONG BusInterruptVector, PKIRQL Irql, PKAFFINITY Affinity);

static BOOLEAN NTAPI OnInterrupt(PKINTERRUPT interrupt, PVOID context) {
    UNREFERENCED_PARAMETER(interrupt);
    UNREFERENCED_PARAMETER(context);
    return FALSE;
}

static BOOLEAN NTAPI OnMessage(PKINTERRUPT interrupt, PVOID context, ULONG message) {
    UNREFERENCED_PARAMETER(interrupt);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(message);
    return FALSE;
}

CONFORMANCE(IoConnectInterruptEx, FullySpecifiedConnectsAVector) {
    IO_CONNECT_INTERRUPT_PARAMETERS connect;
    IO_DISCONNECT_INTERRUPT_PARAMETERS disconnect;
    PKINTERRUPT interrupt = NULL;
    KAFFINITY affinity = 0;
    KIRQL level = 0;
    ULONG vector = HalGetInterruptVector(PCIBus, 0, 23, 23, &level, &affinity);
    SKIP_UNLESS(vector != 0, "this machine has no such line");
    RtlZeroMemory(&connect, sizeof(connect));
    connect.Version = CONNECT_FULLY_SPECIFIED;
    connect.FullySpecified.InterruptObject = &interrupt;
    connect.FullySpecified.ServiceRoutine = OnInterrupt;
    connect.FullySpecified.SynchronizeIrql = level;
    connect.FullySpecified.Irql = level;
    connect.FullySpecified.Vector = vector;
    connect.FullySpecified.ShareVector = TRUE;
    connect.FullySpecified.InterruptMode = LevelSensitive;
    connect.FullySpecified.ProcessorEnableMask = affinity;
    CHECK_STATUS(IoConnectInterruptEx(&connect), STATUS_SUCCESS);
    REQUIRE(interrupt != NULL);
    disconnect.Version = CONNECT_FULLY_SPECIFIED;
    disconnect.ConnectionContext.InterruptObject = interrupt;
    IoDisconnectInterruptEx(&disconnect);
}

CONFORMANCE(IoConnectInterruptEx, AnUnknownVersionLearnsTheKnownOne) {
    IO_CONNECT_INTERRUPT_PARAMETERS connect;
    RtlZeroMemory(&connect, sizeof(connect));
    connect.Version = 0x77;
    CHECK_STATUS(IoConnectInterruptEx(&connect), STATUS_NOT_SUPPORTED);
    CHECK(connect.Version != 0x77);
}

CONFORMANCE(IoConnectInterruptEx, ADeviceWithoutALineIsRefused) {
    IO_CONNECT_INTERRUPT_PARAMETERS connect;
    PKINTERRUPT interrupt = NULL;
    REQUIRE(TestPdo() != NULL);
    RtlZeroMemory(&connect, sizeof(connect));
    connect.Version = CONNECT_LINE_BASED;
    connect.LineBased.PhysicalDeviceObject = TestPdo();
    connect.LineBased.InterruptObject = &interrupt;
    connect.LineBased.ServiceRoutine = OnInterrupt;
    CHECK(!NT_SUCCESS(IoConnectInterruptEx(&connect)));
    CHECK_EQ(interrupt, NULL);
}

CONFORMANCE(IoConnectInterruptEx, ADeviceWithoutMessagesIsRefusedWithoutAFallBack) {
    IO_CONNECT_INTERRUPT_PARAMETERS connect;
    PIO_INTERRUPT_MESSAGE_INFO table = NULL;
    REQUIRE(TestPdo() != NULL);
    RtlZeroMemory(&connect, sizeof(connect));
    connect.Version = CONNECT_MESSAGE_BASED;
    connect.MessageBased.PhysicalDeviceObject = TestPdo();
    connect.MessageBased.ConnectionContext.InterruptMessageTable = &table;
    connect.MessageBased.MessageServiceRoutine = OnMessage;
    CHECK(!NT_SUCCESS(IoConnectInterruptEx(&connect)));
}
