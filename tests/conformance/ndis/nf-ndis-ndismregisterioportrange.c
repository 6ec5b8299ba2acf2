/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static struct {
    NDIS_STATUS Status, Beyond;
    PVOID Ports;
} range;
static NDIS_STATUS NTAPI Register(NDIS_HANDLE adapter) {
    PVOID none;
    range.Status = NdisMRegisterIoPortRange(&range.Ports, adapter, TEST_PORT, TEST_PORT_COUNT);
    range.Beyond = NdisMRegisterIoPortRange(&none, adapter, TEST_PORT + 1, TEST_PORT_COUNT);
    return NDIS_STATUS_SUCCESS;
}
static BOOLEAN Up(VOID) {
    MiniportNew();
    RtlZeroMemory(&range, sizeof(range));
    Miniport.DuringInitialize = Register;
    return MiniportUp();
}

CONFORMANCE(NdisMRegisterIoPortRange, GivesTheDevicesPorts) {
    REQUIRE(Up());
    CHECK_STATUS(range.Status, NDIS_STATUS_SUCCESS);
    /* NdisRawReadPort... and WRITE_PORT_... take what it gave: on x64, the port itself. */
    CHECK_EQ((ULONG_PTR)range.Ports, TEST_PORT);
    CHECK_EQ(READ_PORT_UCHAR((PUCHAR)range.Ports), 0xFF); /* nobody answers there */
    NdisMDeregisterIoPortRange(Miniport.Adapter, TEST_PORT, TEST_PORT_COUNT, range.Ports);
    MiniportDown();
}
CONFORMANCE(NdisMRegisterIoPortRange, RefusesPortsOfOthers) {
    REQUIRE(Up());
    CHECK_STATUS(range.Beyond, NDIS_STATUS_RESOURCE_CONFLICT);
    NdisMDeregisterIoPortRange(Miniport.Adapter, TEST_PORT, TEST_PORT_COUNT, range.Ports);
    MiniportDown();
}
CONFORMANCE(NdisMDeregisterIoPortRange, TheRangeMayBeRegisteredAgain) {
    REQUIRE(Up());
    NdisMDeregisterIoPortRange(Miniport.Adapter, TEST_PORT, TEST_PORT_COUNT, range.Ports);
    Register(Miniport.Adapter);
    CHECK_STATUS(range.Status, NDIS_STATUS_SUCCESS);
    NdisMDeregisterIoPortRange(Miniport.Adapter, TEST_PORT, TEST_PORT_COUNT, range.Ports);
    MiniportDown();
}
