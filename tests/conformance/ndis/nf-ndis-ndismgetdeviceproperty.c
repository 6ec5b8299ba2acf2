/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

CONFORMANCE(NdisMGetDeviceProperty, TellsTheDevicesOfTheStack) {
    PDEVICE_OBJECT physical = NULL, functional = NULL, next = NULL;
    MiniportNew();
    REQUIRE(MiniportUp());
    AT_IRQL(DISPATCH_LEVEL,
            NdisMGetDeviceProperty(Miniport.Adapter, &physical, &functional, &next, NULL, NULL));
    CHECK(physical == MiniportPdo);
    CHECK(functional == MiniportTop());
    CHECK(next != NULL && next->AttachedDevice == functional);
    MiniportDown();
}
CONFORMANCE(NdisMGetDeviceProperty, TellsTheResourcesRawAndTranslated) {
    PCM_RESOURCE_LIST raw = NULL, translated = NULL;
    const CM_PARTIAL_RESOURCE_LIST* list;
    MiniportNew();
    REQUIRE(MiniportUp());
    NdisMGetDeviceProperty(Miniport.Adapter, NULL, NULL, NULL, &raw, &translated);
    REQUIRE(raw != NULL && translated != NULL);
    CHECK_EQ(raw->Count, 1);
    list = &raw->List[0].PartialResourceList;
    REQUIRE(list->Count == 3);
    CHECK_EQ(list->PartialDescriptors[0].u.Port.Start.QuadPart, TEST_PORT);
    list = &translated->List[0].PartialResourceList;
    REQUIRE(list->Count == 3);
    CHECK_EQ(list->PartialDescriptors[2].Type, CmResourceTypeInterrupt);
    CHECK_EQ(list->PartialDescriptors[0].u.Port.Length, TEST_PORT_COUNT);
    MiniportDown();
}

CONFORMANCE(NdisMQueryAdapterInstanceName, IsTheNameForPeople) {
    NDIS_STRING name = {0, 0, NULL};
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK_STATUS(NdisMQueryAdapterInstanceName(&name, Miniport.Adapter), NDIS_STATUS_SUCCESS);
    REQUIRE(name.Buffer != NULL);
    CHECK(ConformanceSameText(&name, TEST_ADAPTER_NAME));
    NdisFreeMemory(name.Buffer, 0, 0);
    MiniportDown();
}

CONFORMANCE(NdisMQueryProbedBars, TellsWhatTheDeviceDecodes) {
    ULONG bars[6] = {1, 1, 1, 1, 1, 1};
    ULONG64 memory = (ULONG64)MmGetPhysicalAddress(TestConfiguration).QuadPart;
    ULONG* registers = (ULONG*)(TestConfiguration + 0x10);
    MiniportNew();
    RtlZeroMemory(registers, sizeof(bars));
    registers[0] = TEST_PORT | 1;         /* eight ports */
    registers[2] = (ULONG)memory | 4 | 8; /* 256 bytes of 64-bit prefetchable memory */
    registers[3] = (ULONG)(memory >> 32);
    REQUIRE(MiniportUp());
    CHECK_STATUS(NdisMQueryProbedBars(Miniport.Adapter, bars), NDIS_STATUS_SUCCESS);
    CHECK_EQ(bars[0], 0xFFFFFFF9u);
    CHECK_EQ(bars[1], 0);
    CHECK_EQ(bars[2], 0xFFFFFF0Cu);
    CHECK_EQ(bars[3], 0xFFFFFFFFu);
    CHECK_EQ(bars[4], 0);
    CHECK_EQ(bars[5], 0);
    MiniportDown();
}

CONFORMANCE(NdisMRemoveMiniport, ThePnpManagerRemovesTheAdapter) {
    MiniportNew();
    REQUIRE(MiniportUp());
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_STATUS(NdisMRemoveMiniport(Miniport.Adapter), NDIS_STATUS_SUCCESS));
    CHECK(EVENTUALLY(Miniport.Halted == 1));
    CHECK_EQ(Miniport.HaltAction, NdisHaltDeviceSurpriseRemoved);
    MiniportLost();
}

CONFORMANCE(NdisWriteErrorLogEntry, TakesAsManyValuesAsFit) {
    MiniportNew();
    REQUIRE(MiniportUp());
    AT_IRQL(DISPATCH_LEVEL,
            NdisWriteErrorLogEntry(Miniport.Adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, 3, 1, 2, 3));
    NdisWriteErrorLogEntry(Miniport.Adapter, NDIS_ERROR_CODE_TIMEOUT, 0);
    /* More than ERROR_LOG_MAXIMUM_SIZE has room for: not a value of them is read. */
    NdisWriteErrorLogEntry(Miniport.Adapter, NDIS_ERROR_CODE_TIMEOUT, 0x10000000);
    MiniportDown();
}
