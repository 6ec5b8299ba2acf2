/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static struct {
    NDIS_STATUS Status, Beyond, Elsewhere;
    PVOID Address;
} map;
static NDIS_STATUS NTAPI Map(NDIS_HANDLE adapter) {
    NDIS_PHYSICAL_ADDRESS start = MmGetPhysicalAddress(TestConfiguration), other;
    PVOID none;
    map.Status = NdisMMapIoSpace(&map.Address, adapter, start, sizeof(TestConfiguration));
    map.Beyond = NdisMMapIoSpace(&none, adapter, start, sizeof(TestConfiguration) + 1);
    other.QuadPart = start.QuadPart + 0x100000;
    map.Elsewhere = NdisMMapIoSpace(&none, adapter, other, 16);
    return NDIS_STATUS_SUCCESS;
}
static BOOLEAN Up(VOID) {
    MiniportNew();
    RtlZeroMemory(&map, sizeof(map));
    Miniport.DuringInitialize = Map;
    return MiniportUp();
}

CONFORMANCE(NdisMMapIoSpace, MapsTheDevicesMemory) {
    REQUIRE(Up());
    CHECK_STATUS(map.Status, NDIS_STATUS_SUCCESS);
    REQUIRE(map.Address != NULL);
    CHECK_EQ(((volatile UCHAR*)map.Address)[7], 7);
    ((volatile UCHAR*)map.Address)[9] = 0x99;
    CHECK_EQ(*(volatile UCHAR*)&TestConfiguration[9], 0x99);
    NdisMUnmapIoSpace(Miniport.Adapter, map.Address, sizeof(TestConfiguration));
    MiniportDown();
}
CONFORMANCE(NdisMMapIoSpace, RefusesWhatIsNotTheDevices) {
    REQUIRE(Up());
    CHECK_STATUS(map.Beyond, NDIS_STATUS_RESOURCE_CONFLICT);
    CHECK_STATUS(map.Elsewhere, NDIS_STATUS_RESOURCE_CONFLICT);
    NdisMUnmapIoSpace(Miniport.Adapter, map.Address, sizeof(TestConfiguration));
    MiniportDown();
}
CONFORMANCE(NdisMUnmapIoSpace, TheMemoryMayBeMappedAgain) {
    REQUIRE(Up());
    for (ULONG round = 0; round < 100; ++round) {
        REQUIRE(map.Address != NULL);
        NdisMUnmapIoSpace(Miniport.Adapter, map.Address, sizeof(TestConfiguration));
        map.Address = NULL;
        Map(Miniport.Adapter);
    }
    NdisMUnmapIoSpace(Miniport.Adapter, map.Address, sizeof(TestConfiguration));
    MiniportDown();
}
