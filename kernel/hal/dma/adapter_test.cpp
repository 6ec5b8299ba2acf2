// SPDX-License-Identifier: GPL-2.0-only
// Which adapter a description gets, and what the adapter tells of itself.
#include "kernel/hal/dma/test_adapter.hpp"

namespace rsl::hal {
namespace {

DEVICE_DESCRIPTION describe(ULONG version) {
    DEVICE_DESCRIPTION description = {};
    description.Version = version;
    description.Master = TRUE;
    description.ScatterGather = TRUE;
    description.Dma64BitAddresses = TRUE;
    description.DmaAddressWidth = 40;
    description.InterfaceType = PCIBus;
    description.MaximumLength = 0x10000;
    return description;
}

PDMA_ADAPTER adapter_for(DEVICE_DESCRIPTION description) {
    ULONG registers = 0;
    return IoGetDmaAdapter(nullptr, &description, &registers);
}

}  // namespace

RSL_TEST(DmaAdapter, HasTheOperationsOfItsVersion)
{
    const struct {
        ULONG version;
        size_t bytes;
    } expected[] = {
        {DEVICE_DESCRIPTION_VERSION, offsetof(DMA_OPERATIONS, CalculateScatterGatherList)},
        {DEVICE_DESCRIPTION_VERSION1, offsetof(DMA_OPERATIONS, CalculateScatterGatherList)},
        {DEVICE_DESCRIPTION_VERSION2, offsetof(DMA_OPERATIONS, GetDmaAdapterInfo)},
        {DEVICE_DESCRIPTION_VERSION3, sizeof(DMA_OPERATIONS)}};
    for (const auto& each : expected) {
        PDMA_ADAPTER adapter = adapter_for(describe(each.version));
        RSL_REQUIRE(adapter != nullptr);
        RSL_EXPECT_EQ(adapter->Version, 1);
        RSL_EXPECT_EQ(adapter->DmaOperations->Size, each.bytes);
        adapter->DmaOperations->PutDmaAdapter(adapter);
    }
}

RSL_TEST(DmaAdapter, ThereIsNoneForOtherDescriptions)
{
    RSL_EXPECT(adapter_for(describe(DEVICE_DESCRIPTION_VERSION3 + 1)) == nullptr);
    DEVICE_DESCRIPTION slave = describe(DEVICE_DESCRIPTION_VERSION3);
    slave.Master = FALSE;
    RSL_EXPECT(adapter_for(slave) == nullptr);
    DEVICE_DESCRIPTION narrow = describe(DEVICE_DESCRIPTION_VERSION3), wide = narrow;
    narrow.DmaAddressWidth = 0;
    wide.DmaAddressWidth = 65;
    RSL_EXPECT(adapter_for(narrow) == nullptr);
    RSL_EXPECT(adapter_for(wide) == nullptr);
}

RSL_TEST(DmaAdapter, TellsOfItself)
{
    PDMA_ADAPTER adapter = adapter_for(describe(DEVICE_DESCRIPTION_VERSION3));
    RSL_REQUIRE(adapter != nullptr);
    DMA_ADAPTER_INFO info = {};
    RSL_EXPECT_EQ(adapter->DmaOperations->GetDmaAdapterInfo(adapter, &info), STATUS_NOT_SUPPORTED);
    info.Version = DMA_ADAPTER_INFO_VERSION1;
    RSL_EXPECT_EQ(adapter->DmaOperations->GetDmaAdapterInfo(adapter, &info), STATUS_SUCCESS);
    RSL_EXPECT_EQ(info.V1.DmaAddressWidth, 40u);
    RSL_EXPECT_EQ(info.V1.ScatterGatherLimit, 17u);
    RSL_EXPECT_EQ(info.V1.MinimumTransferUnit, 1u);
    RSL_EXPECT_EQ(info.V1.ReadDmaCounterAvailable, 0u);
    adapter->DmaOperations->PutDmaAdapter(adapter);
}

RSL_TEST(DmaAdapter, RefusesWhatThereIsNoHardwareFor)
{
    PDMA_ADAPTER adapter = adapter_for(describe(DEVICE_DESCRIPTION_VERSION3));
    RSL_REQUIRE(adapter != nullptr);
    const DMA_OPERATIONS& operations = *adapter->DmaOperations;
    PHYSICAL_ADDRESS logical = {};
    PVOID memory = nullptr;
    TestContext* no_context = nullptr;
    RSL_EXPECT_EQ(operations.ConfigureAdapterChannel(adapter, 1, nullptr), STATUS_NOT_IMPLEMENTED);
    RSL_EXPECT_EQ(operations.CancelMappedTransfer(adapter, no_context), STATUS_NOT_SUPPORTED);
    RSL_EXPECT(operations.GetDmaDomain(adapter) == nullptr);
    RSL_EXPECT_EQ(operations.JoinDmaDomain(adapter, nullptr), STATUS_NOT_SUPPORTED);
    RSL_EXPECT_EQ(operations.LeaveDmaDomain(adapter), STATUS_NOT_SUPPORTED);
    RSL_EXPECT_EQ(operations.AllocateDomainCommonBuffer(adapter, nullptr, nullptr, kPage, 0,
                                                        nullptr, 0, &logical, &memory),
                  STATUS_NOT_SUPPORTED);
    RSL_EXPECT_EQ(operations.FlushDmaBuffer(adapter, nullptr, TRUE), STATUS_INVALID_PARAMETER);
    operations.PutDmaAdapter(adapter);
}

RSL_TEST(DmaAdapter, TransferInfoHasTwoVersions)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(2);
    DMA_TRANSFER_INFO info = {};
    RSL_EXPECT_EQ(adapter->GetDmaTransferInfo(adapter, buffer.mdl, 0, kPage, TRUE, &info),
                  STATUS_NOT_SUPPORTED);
    info.Version = DMA_TRANSFER_INFO_VERSION2 + 1;
    RSL_EXPECT_EQ(adapter->GetDmaTransferInfo(adapter, buffer.mdl, 0, kPage, TRUE, &info),
                  STATUS_NOT_SUPPORTED);
    info.Version = DMA_TRANSFER_INFO_VERSION1;
    info.V2.LogicalPageCount = 0xABCD;
    RSL_EXPECT_EQ(adapter->GetDmaTransferInfo(adapter, buffer.mdl, kPage - 1, 2, TRUE, &info),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(info.V1.ScatterGatherElementCount, 2u);
    RSL_EXPECT_EQ(info.V2.LogicalPageCount, 0xABCDu);  // behind version 1
    RSL_EXPECT_EQ(adapter->GetDmaTransferInfo(adapter, buffer.mdl, kPage, kPage + 1, TRUE, &info),
                  STATUS_INVALID_PARAMETER);
}

}  // namespace rsl::hal
