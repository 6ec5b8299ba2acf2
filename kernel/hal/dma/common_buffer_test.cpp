// SPDX-License-Identifier: GPL-2.0-only
// Common buffers, by the bounds and in the vectors of version 3, and of the driver's own memory.
#include "kernel/hal/dma/test_adapter.hpp"

namespace rsl::hal {
namespace {

PHYSICAL_ADDRESS physical(uint64_t address) { return {.QuadPart = static_cast<LONGLONG>(address)}; }

/// Pages in one piece above what an ISA device reaches, mapped, and an MDL of them.
class Piece {
  public:
    explicit Piece(ULONG pages) : bytes(pages * kPage) {
        memory = MmAllocateContiguousMemorySpecifyCache(
            bytes, physical(kIsaReach), physical(-1ull >> 1), physical(0), MmCached);
        mdl = IoAllocateMdl(memory, bytes, FALSE, FALSE, nullptr);
        const uint64_t first = static_cast<uint64_t>(MmGetPhysicalAddress(memory).QuadPart) / kPage;
        for (ULONG i = 0; i < pages; ++i) reinterpret_cast<PFN_NUMBER*>(mdl + 1)[i] = first + i;
        mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
        mdl->MappedSystemVa = memory;
    }
    Piece(const Piece&) = delete;
    ~Piece() {
        IoFreeMdl(mdl);
        MmFreeContiguousMemorySpecifyCache(memory, bytes, MmCached);
    }
    PMDL mdl;
    ULONG bytes;
    PVOID memory;
};

}  // namespace

RSL_TEST(DmaCommonBuffer, LiesWhereTheDeviceReaches)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    PHYSICAL_ADDRESS logical = {};
    PVOID memory = adapter->AllocateCommonBuffer(adapter, 3 * kPage, &logical, TRUE);
    RSL_REQUIRE(memory != nullptr);
    RSL_EXPECT(logical.QuadPart + 3 * kPage <= kIsaReach);
    RSL_EXPECT_EQ(static_cast<void*>(seen(logical)),
                  static_cast<void*>(seen(MmGetPhysicalAddress(memory))));
    adapter->FreeCommonBuffer(adapter, 3 * kPage, logical, memory, TRUE);
}

RSL_TEST(DmaCommonBuffer, StaysBelowTheMaximumOfTheEx)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    PHYSICAL_ADDRESS logical = {}, maximum = physical(kIsaReach), nothing = physical(0);
    PVOID memory = adapter->AllocateCommonBufferEx(adapter, &maximum, kPage, &logical, TRUE, 0);
    RSL_REQUIRE(memory != nullptr);
    RSL_EXPECT(logical.QuadPart + kPage <= kIsaReach);
    adapter->FreeCommonBuffer(adapter, kPage, logical, memory, TRUE);
    RSL_EXPECT(adapter->AllocateCommonBufferEx(adapter, &nothing, kPage, &logical, TRUE, 0) ==
               nullptr);
    memory = adapter->AllocateCommonBufferEx(adapter, nullptr, kPage, &logical, FALSE, 0);
    RSL_REQUIRE(memory != nullptr);
    adapter->FreeCommonBuffer(adapter, kPage, logical, memory, FALSE);
}

RSL_TEST(DmaCommonBuffer, LiesBetweenItsBounds)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    PHYSICAL_ADDRESS logical = {}, minimum = physical(kIsaReach),
                     maximum = physical(2ull * kIsaReach);
    MEMORY_CACHING_TYPE caching = MmNonCached, odd = MmWriteCombined;
    PVOID memory = adapter->AllocateCommonBufferWithBounds(adapter, &minimum, &maximum, kPage, 0,
                                                           &caching, 0, &logical);
    RSL_REQUIRE(memory != nullptr);
    RSL_EXPECT(logical.QuadPart >= kIsaReach &&
               logical.QuadPart + kPage <= 2 * static_cast<int64_t>(kIsaReach));
    adapter->FreeCommonBuffer(adapter, kPage, logical, memory, FALSE);
    RSL_EXPECT(adapter->AllocateCommonBufferWithBounds(adapter, &maximum, &minimum, kPage, 0,
                                                       nullptr, 0, &logical) == nullptr);
    RSL_EXPECT(adapter->AllocateCommonBufferWithBounds(adapter, nullptr, nullptr, kPage, 0, &odd, 0,
                                                       &logical) == nullptr);
    RSL_EXPECT(adapter->AllocateCommonBufferWithBounds(adapter, nullptr, nullptr, kPage, 0x80,
                                                       nullptr, 0, &logical) == nullptr);
}

RSL_TEST(DmaCommonBuffer, OfLargePagesBeginsAtOne)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    PHYSICAL_ADDRESS logical = {};
    PVOID memory = adapter->AllocateCommonBufferWithBounds(
        adapter, nullptr, nullptr, 3 * 512 * kPage, DOMAIN_COMMON_BUFFER_LARGE_PAGE, nullptr, 0,
        &logical);
    RSL_REQUIRE(memory != nullptr);
    RSL_EXPECT_EQ(logical.QuadPart % (512 * kPage), 0);
    adapter->FreeCommonBuffer(adapter, 3 * 512 * kPage, logical, memory, TRUE);
}

RSL_TEST(DmaCommonBuffer, AVectorGivesThemByIndex)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    PDMA_COMMON_BUFFER_VECTOR vector = nullptr;
    RSL_REQUIRE(adapter->AllocateCommonBufferVector(adapter, physical(0), physical(kIsaReach - 1),
                                                    MmCached, 0, 0, 3, 2 * kPage,
                                                    &vector) == STATUS_SUCCESS);
    PVOID memory[4] = {};
    PHYSICAL_ADDRESS logical[4] = {};
    for (ULONG i = 0; i < 4; ++i)
        adapter->GetCommonBufferFromVectorByIndex(adapter, vector, i, &memory[i], &logical[i]);
    for (int i = 0; i < 3; ++i) {
        RSL_EXPECT(memory[i] != nullptr && logical[i].QuadPart + 2 * kPage <= kIsaReach);
        std::memset(memory[i], i + 1, 2 * kPage);
    }
    for (int i = 0; i < 3; ++i) RSL_EXPECT_EQ(seen(logical[i])[2 * kPage - 1], std::byte(i + 1));
    RSL_EXPECT(memory[3] == nullptr);
    adapter->FreeCommonBufferFromVector(adapter, vector, 1);
    adapter->GetCommonBufferFromVectorByIndex(adapter, vector, 1, &memory[1], &logical[1]);
    RSL_EXPECT(memory[1] == nullptr);
    adapter->FreeCommonBufferVector(adapter, vector);
    RSL_EXPECT_EQ(adapter->AllocateCommonBufferVector(adapter, physical(kPage), physical(0),
                                                      MmCached, 0, 0, 3, kPage, &vector),
                  STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(adapter->AllocateCommonBufferVector(adapter, physical(0), physical(kPage),
                                                      MmCached, 0, 0, 3, kIsaReach, &vector),
                  STATUS_INSUFFICIENT_RESOURCES);
}

RSL_TEST(DmaCommonBuffer, MayBeTheDriversMemory)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    Piece piece(4);
    PHYSICAL_ADDRESS logical = {};
    RSL_EXPECT_EQ(adapter->CreateCommonBufferFromMdl(adapter, piece.mdl, nullptr, 0, &logical),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(logical.QuadPart, MmGetPhysicalAddress(piece.memory).QuadPart);
    adapter->FreeCommonBuffer(adapter, piece.bytes, logical, piece.memory,
                              TRUE);  // the memory stays the driver's

    DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION configs[2] = {};
    configs[0].ConfigType = CommonBufferConfigTypeSubSection;
    configs[0].SubSection.Offset = kPage;
    configs[0].SubSection.Length = 2 * kPage;
    configs[1].ConfigType = CommonBufferConfigTypeHardwareAccessPermissions;
    configs[1].HardwareAccessType = CommonBufferHardwareAccessReadWrite;
    RSL_EXPECT_EQ(adapter->CreateCommonBufferFromMdl(adapter, piece.mdl, configs, 2, &logical),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(logical.QuadPart, MmGetPhysicalAddress(piece.memory).QuadPart + kPage);
    adapter->FreeCommonBuffer(adapter, 2 * kPage, logical,
                              static_cast<std::byte*>(piece.memory) + kPage, TRUE);
}

RSL_TEST(DmaCommonBuffer, TheDriversMemoryIsRefusedWhereTheDeviceCannotUseIt)
{
    TestAdapter near(Reach::k24Bits, Elements::kMany), far(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(near.self != nullptr && far.self != nullptr);
    Piece piece(2);
    TestBuffer pieces(2);
    PHYSICAL_ADDRESS logical = {};
    const auto create = [&](TestAdapter& adapter, PMDL mdl,
                            DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION* configs, ULONG count) {
        return adapter->CreateCommonBufferFromMdl(adapter, mdl, configs, count, &logical);
    };
    RSL_EXPECT_EQ(create(near, piece.mdl, nullptr, 0), STATUS_INVALID_PARAMETER);  // out of reach
    pieces.mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    pieces.mdl->MappedSystemVa = &pieces.at(0);
    RSL_EXPECT_EQ(create(far, pieces.mdl, nullptr, 0),
                  STATUS_INVALID_PARAMETER);  // not in one piece
    DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION configs[2] = {};
    configs[0].ConfigType = configs[1].ConfigType = CommonBufferConfigTypeLogicalAddressLimits;
    configs[0].LogicalAddressLimits.MaximumAddress = physical(kIsaReach);
    RSL_EXPECT_EQ(create(far, piece.mdl, configs, 1), STATUS_INVALID_PARAMETER);
    configs[0].LogicalAddressLimits.MaximumAddress =
        configs[1].LogicalAddressLimits.MaximumAddress = physical(-1ull >> 1);
    RSL_EXPECT_EQ(create(far, piece.mdl, configs, 2), STATUS_INVALID_PARAMETER);  // twice the same
    configs[1].ConfigType = CommonBufferConfigTypeHardwareAccessPermissions;
    configs[1].HardwareAccessType = CommonBufferHardwareAccessReadOnly;
    RSL_EXPECT_EQ(create(far, piece.mdl, configs, 2), STATUS_NOT_SUPPORTED);
    configs[0].ConfigType = CommonBufferConfigTypeSubSection;
    configs[0].SubSection.Offset = 8;
    configs[0].SubSection.Length = kPage;
    RSL_EXPECT_EQ(create(far, piece.mdl, configs, 1), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(create(far, nullptr, nullptr, 0), STATUS_INVALID_PARAMETER);
}

}  // namespace rsl::hal
