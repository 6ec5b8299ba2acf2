/* SPDX-License-Identifier: GPL-2.0-only */
/* With the later allocations: AllocateCommonBufferWithBounds, AllocateCommonBufferVector,
 * CreateCommonBufferFromMdl. And GetDmaAdapterInfo, and what a machine without system DMA or an I/O
 * MMU refuses. */
#include "dma.h"

static PDMA_ADAPTER Adapter;
static OPERATIONS3* Calls;
static BOOLEAN Begin(ULONG AddressBits) {
    ULONG registers;
    Adapter = Adapter3(AddressBits, 0x10000, &registers);
    if (Adapter != NULL) Calls = Operations(Adapter);
    return Adapter != NULL;
}

CONFORMANCE(AllocateCommonBufferEx, StaysBelowTheMaximumAddress) {
    PHYSICAL_ADDRESS maximum, logical;
    PVOID memory;
    REQUIRE(Begin(64));
    maximum.QuadPart = 2 * REACH;
    memory = Calls->AllocateCommonBufferEx(Adapter, &maximum, 0x4000, &logical, TRUE, 0);
    REQUIRE(memory != NULL);
    CHECK(logical.QuadPart + 0x4000 <= maximum.QuadPart);
    RtlFillMemory(memory, 0x4000, 1);
    Calls->Version2.FreeCommonBuffer(Adapter, 0x4000, logical, memory, TRUE);
    maximum.QuadPart = 0;
    CHECK(Calls->AllocateCommonBufferEx(Adapter, &maximum, 0x1000, &logical, TRUE, 0) == NULL);
    Put(Adapter);
}

CONFORMANCE(AllocateCommonBufferWithBounds, StaysWithinThem) {
    PHYSICAL_ADDRESS minimum, maximum, logical;
    MEMORY_CACHING_TYPE caching = MmCached;
    PVOID memory;
    REQUIRE(Begin(64));
    SKIP_UNLESS(Calls->Version2.Size > FIELD_OFFSET(OPERATIONS3, AllocateCommonBufferWithBounds),
                "came with Windows 10");
    minimum.QuadPart = REACH;
    maximum.QuadPart = 4 * REACH;
    memory = Calls->AllocateCommonBufferWithBounds(Adapter, &minimum, &maximum, 0x2000, 0, &caching,
                                                   0, &logical);
    REQUIRE(memory != NULL);
    CHECK(logical.QuadPart >= minimum.QuadPart && logical.QuadPart + 0x2000 <= maximum.QuadPart);
    Calls->Version2.FreeCommonBuffer(Adapter, 0x2000, logical, memory, TRUE);
    CHECK(Calls->AllocateCommonBufferWithBounds(Adapter, &maximum, &minimum, 0x2000, 0, NULL, 0,
                                                &logical) == NULL);
    Put(Adapter);
}

CONFORMANCE(AllocateCommonBufferVector, GivesAsManyAsWereAskedFor) {
    PHYSICAL_ADDRESS low, high, logical;
    PVOID vector = NULL, memory, seen[3];
    ULONG i;
    REQUIRE(Begin(64));
    low.QuadPart = 0;
    high.QuadPart = 4 * REACH;
    CHECK_SUCCESS(
        Calls->AllocateCommonBufferVector(Adapter, low, high, MmCached, 0, 0, 3, 0x1800, &vector));
    REQUIRE(vector != NULL);
    for (i = 0; i < 3; ++i) {
        memory = NULL;
        Calls->GetCommonBufferFromVectorByIndex(Adapter, vector, i, &memory, &logical);
        REQUIRE(memory != NULL);
        CHECK(logical.QuadPart != 0 && logical.QuadPart + 0x1800 <= high.QuadPart);
        RtlFillMemory(memory, 0x1800, (UCHAR)(i + 1));
        seen[i] = memory;
    }
    for (i = 0; i < 3; ++i) CHECK(AllAre(seen[i], 0x1800, (UCHAR)(i + 1)));
    Calls->FreeCommonBufferFromVector(Adapter, vector, 1);
    Calls->FreeCommonBufferVector(Adapter, vector);
    Put(Adapter);
}

CONFORMANCE(CreateCommonBufferFromMdl, NeedsMemoryThatTheDeviceReaches) {
    PHYSICAL_ADDRESS logical;
    FAR_BUFFER buffer;
    REQUIRE(Begin(64));
    REQUIRE(MakeFar(&buffer, 0x2000));
    CHECK_SUCCESS(Calls->CreateCommonBufferFromMdl(Adapter, buffer.Mdl, NULL, 0, &logical));
    CHECK_EQ(logical.QuadPart, MmGetPhysicalAddress(buffer.Bytes).QuadPart);
    Calls->Version2.FreeCommonBuffer(Adapter, 0x2000, logical, buffer.Bytes, TRUE);
    buffer.Bytes[0] = 1; /* still the driver's */
    Put(Adapter);
    REQUIRE(Begin(24));
    CHECK_STATUS(Calls->CreateCommonBufferFromMdl(Adapter, buffer.Mdl, NULL, 0, &logical),
                 STATUS_INVALID_PARAMETER);
    Put(Adapter);
    FreeFar(&buffer);
}

CONFORMANCE(GetDmaAdapterInfo, TellsTheAddressWidth) {
    ADAPTER_INFO info;
    REQUIRE(Begin(40));
    RtlZeroMemory(&info, sizeof(info));
    info.Version = DMA_ADAPTER_INFO_VERSION1;
    AT_IRQL(DISPATCH_LEVEL, CHECK_SUCCESS(Calls->GetDmaAdapterInfo(Adapter, &info)));
    CHECK_EQ(info.V1.DmaAddressWidth, 40u);
    CHECK(info.V1.ScatterGatherLimit >= 0x10000 / PAGE_SIZE);
    CHECK(info.V1.MinimumTransferUnit >= 1);
    Put(Adapter);
}

CONFORMANCE(GetDmaAdapterInfo, RefusesAVersionThatThereIsNot) {
    ADAPTER_INFO info;
    REQUIRE(Begin(64));
    RtlZeroMemory(&info, sizeof(info));
    info.Version = 99;
    CHECK_STATUS(Calls->GetDmaAdapterInfo(Adapter, &info), STATUS_NOT_SUPPORTED);
    Put(Adapter);
}

CONFORMANCE(ConfigureAdapterChannel, IsNotImplementedByABusMaster) {
    REQUIRE(Begin(64));
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_STATUS(Calls->ConfigureAdapterChannel(Adapter, 1, NULL), STATUS_NOT_IMPLEMENTED));
    Put(Adapter);
}

CONFORMANCE(CancelMappedTransfer, FailsForABusMaster) {
    CONTEXT3 context;
    REQUIRE(Begin(64));
    CHECK_SUCCESS(Calls->InitializeDmaTransferContext(Adapter, &context));
    AT_IRQL(DISPATCH_LEVEL, CHECK(!NT_SUCCESS(Calls->CancelMappedTransfer(Adapter, &context))));
    Put(Adapter);
}
