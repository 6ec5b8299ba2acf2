/* SPDX-License-Identifier: GPL-2.0-only */
/* With the operations of versions 1 and 2, which have pages of their own. */
#include "dma.h"

CONFORMANCE(IoGetDmaAdapter, ReturnsAnAdapterOfVersionOneForEveryVersion) {
    ULONG version, registers;
    for (version = DEVICE_DESCRIPTION_VERSION; version <= DEVICE_DESCRIPTION_VERSION3; ++version) {
        PDMA_ADAPTER adapter = AdapterOf(version, 64, TRUE, 0x10000, &registers);
        REQUIRE(adapter != NULL);
        CHECK_EQ(adapter->Version, 1);
        CHECK(adapter->Size >= sizeof(DMA_ADAPTER));
        CHECK(registers >= 0x10000 / PAGE_SIZE);
        CHECK(adapter->DmaOperations->PutScatterGatherList != NULL);
        Put(adapter);
    }
}

CONFORMANCE(IoGetDmaAdapter, TheOperationsSizeTellsTheirVersion) {
    static const ULONG least[] = {FIELD_OFFSET(DMA_OPERATIONS, CalculateScatterGatherList),
                                  FIELD_OFFSET(DMA_OPERATIONS, CalculateScatterGatherList),
                                  sizeof(DMA_OPERATIONS),
                                  FIELD_OFFSET(OPERATIONS3, AllocateDomainCommonBuffer)};
    ULONG version, registers;
    for (version = DEVICE_DESCRIPTION_VERSION; version <= DEVICE_DESCRIPTION_VERSION3; ++version) {
        PDMA_ADAPTER adapter = AdapterOf(version, 64, TRUE, 0x10000, &registers);
        REQUIRE(adapter != NULL);
        CHECK(adapter->DmaOperations->Size >= least[version]);
        Put(adapter);
    }
}

CONFORMANCE(IoGetDmaAdapter, ReturnsNullForAVersionThatThereIsNot) {
    ULONG registers;
    CHECK(AdapterOf(99, 64, TRUE, 0x10000, &registers) == NULL);
}

CONFORMANCE(IoGetDmaAdapter, AnAddressWidthIsFromOneTo64Bits) {
    ULONG registers;
    CHECK(Adapter3(0, 0x10000, &registers) == NULL);
    CHECK(Adapter3(65, 0x10000, &registers) == NULL);
}

CONFORMANCE(IoGetDmaAdapter, ACommonBufferLiesWhereTheDeviceReaches) {
    PHYSICAL_ADDRESS logical;
    ULONG registers;
    PUCHAR memory;
    PDMA_ADAPTER adapter = AdapterOf(DEVICE_DESCRIPTION_VERSION, 24, TRUE, 0x10000, &registers);
    REQUIRE(adapter != NULL);
    memory = adapter->DmaOperations->AllocateCommonBuffer(adapter, 0x3000, &logical, TRUE);
    CHECK(memory != NULL);
    if (memory != NULL) {
        CHECK(logical.QuadPart + 0x3000 <= REACH);
        RtlFillMemory(memory, 0x3000, 0x5A);
        adapter->DmaOperations->FreeCommonBuffer(adapter, 0x3000, logical, memory, TRUE);
    }
    Put(adapter);
}

CONFORMANCE(IoGetDmaAdapter, AListIsMadeAndPutAtDispatchLevel) {
    PDMA_ADAPTER adapter;
    FAR_BUFFER buffer;
    CALLED called = {0};
    ULONG registers;
    KIRQL old;
    adapter = AdapterOf(DEVICE_DESCRIPTION_VERSION2, 24, TRUE, 0x3000, &registers);
    REQUIRE(adapter != NULL);
    REQUIRE(MakeFar(&buffer, 0x3000));
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    CHECK_SUCCESS(adapter->DmaOperations->GetScatterGatherList(
        adapter, ConformanceDevice, buffer.Mdl, buffer.Bytes + 100, 0x2000, OnList, &called, TRUE));
    CHECK_EQ(called.Calls, 1);
    CHECK_EQ(called.Irql, DISPATCH_LEVEL);
    if (called.List != NULL) {
        CHECK(DeviceReaches(called.List));
        CHECK(DeviceSees(called.List, buffer.Bytes + 100));
        adapter->DmaOperations->PutScatterGatherList(adapter, called.List, TRUE);
    }
    KeLowerIrql(old);
    Put(adapter);
    FreeFar(&buffer);
}

CONFORMANCE(IoGetDmaAdapter, ABufferThatIsTooShortForAListIsRefused) {
    PDMA_ADAPTER adapter;
    FAR_BUFFER buffer;
    CALLED called = {0};
    ULONG registers, bytes;
    KIRQL old;
    adapter = AdapterOf(DEVICE_DESCRIPTION_VERSION2, 64, TRUE, 0x10000, &registers);
    REQUIRE(adapter != NULL);
    REQUIRE(MakeFar(&buffer, 0x2000));
    CHECK_STATUS(adapter->DmaOperations->CalculateScatterGatherList(
                     adapter, buffer.Mdl, buffer.Bytes, 0x2001, &bytes, NULL),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_SUCCESS(adapter->DmaOperations->CalculateScatterGatherList(
        adapter, buffer.Mdl, buffer.Bytes, 0x2000, &bytes, NULL));
    CHECK(bytes >= sizeof(SCATTER_GATHER_LIST));
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    CHECK_STATUS(adapter->DmaOperations->GetScatterGatherList(adapter, ConformanceDevice,
                                                              buffer.Mdl, buffer.Bytes + 1, 0x2000,
                                                              OnList, &called, TRUE),
                 STATUS_BUFFER_TOO_SMALL);
    KeLowerIrql(old);
    CHECK_EQ(called.Calls, 0);
    Put(adapter);
    FreeFar(&buffer);
}

CONFORMANCE(IoGetDmaAdapter, AChannelWithTooManyRegistersIsRefused) {
    PDMA_ADAPTER adapter;
    CALLED called = {DeallocateObject};
    ULONG registers;
    KIRQL old;
    adapter = AdapterOf(DEVICE_DESCRIPTION_VERSION, 24, FALSE, 0x4000, &registers);
    REQUIRE(adapter != NULL);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    CHECK_STATUS(adapter->DmaOperations->AllocateAdapterChannel(adapter, ConformanceDevice,
                                                                registers + 1, OnChannel, &called),
                 STATUS_INSUFFICIENT_RESOURCES);
    CHECK_EQ(called.Calls, 0);
    CHECK_SUCCESS(adapter->DmaOperations->AllocateAdapterChannel(adapter, ConformanceDevice,
                                                                 registers, OnChannel, &called));
    CHECK_EQ(called.Calls, 1);
    KeLowerIrql(old);
    Put(adapter);
}
