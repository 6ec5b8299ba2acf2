// SPDX-License-Identifier: GPL-2.0-only
// DMA adapters, without a device: the test looks at the addresses that one would be given.
#include <cstring>

#include "abi/functions/hal.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/arch/paging.hpp"

namespace rsl::hal {
namespace {

constexpr ULONG kPage = 4096;
constexpr int64_t kIsaReach = 1 << 24;

enum class Pieces { kOne, kMany };
enum class Reach { k24Bits, k64Bits };

class Adapter {
  public:
    Adapter(Reach reach, Pieces pieces, ULONG most = 64 * kPage) {
        DEVICE_DESCRIPTION description = {};
        description.Version = DEVICE_DESCRIPTION_VERSION2;
        description.Master = TRUE;
        description.ScatterGather = pieces == Pieces::kMany;
        description.Dma32BitAddresses = description.Dma64BitAddresses = reach == Reach::k64Bits;
        description.InterfaceType = PCIBus;
        description.MaximumLength = most;
        self = IoGetDmaAdapter(nullptr, &description, &registers);
    }
    Adapter(const Adapter&) = delete;
    ~Adapter() {
        if (self != nullptr) self->DmaOperations->PutDmaAdapter(self);
    }
    const DMA_OPERATIONS& operations() const { return *self->DmaOperations; }

    PDMA_ADAPTER self = nullptr;
    ULONG registers = 0;
};

/// Locked pages above what an ISA device reaches, no two of them neighbours: two blocks that take turns.
class Buffer {
  public:
    explicit Buffer(ULONG pages) : bytes(pages * kPage) {
        PHYSICAL_ADDRESS lowest = {}, highest = {}, boundary = {};
        lowest.QuadPart = kIsaReach;
        highest.QuadPart = -1ull >> 1;
        block_ = static_cast<std::byte*>(MmAllocateContiguousMemorySpecifyCache(2 * uint64_t{bytes}, lowest, highest, boundary, MmCached));
        mdl = IoAllocateMdl(nullptr, bytes, FALSE, FALSE, nullptr);
        const uint64_t first = static_cast<uint64_t>(MmGetPhysicalAddress(block_).QuadPart) / kPage;
        for (ULONG i = 0; i < pages; ++i) reinterpret_cast<PFN_NUMBER*>(mdl + 1)[i] = first + 2 * i;
        mdl->MdlFlags |= MDL_PAGES_LOCKED;
        for (ULONG i = 0; i < bytes; ++i) at(i) = std::byte(i * 7 + i / kPage);
    }
    Buffer(const Buffer&) = delete;
    ~Buffer() {
        IoFreeMdl(mdl);
        MmFreeContiguousMemorySpecifyCache(block_, 2 * uint64_t{bytes}, MmCached);
    }
    std::byte& at(ULONG i) { return block_[i / kPage * 2 * kPage + i % kPage]; }
    PVOID index(ULONG offset) const { return static_cast<char*>(mdl->StartVa) + offset; }

    ULONG bytes;
    PMDL mdl;

  private:
    std::byte* block_;
};

std::byte* seen(PHYSICAL_ADDRESS address) { return static_cast<std::byte*>(arch::direct_map(static_cast<uint64_t>(address.QuadPart))); }

struct AtDispatch {
    KIRQL old = KeRaiseIrqlToDpcLevel();
    ~AtDispatch() { KeLowerIrql(old); }
};

DEVICE_OBJECT device = {};

struct Channel {
    int calls = 0;
    PVOID base = nullptr;
};
IO_ALLOCATION_ACTION NTAPI keep_registers(PDEVICE_OBJECT, PIRP, PVOID base, PVOID context) {
    auto& channel = *static_cast<Channel*>(context);
    ++channel.calls;
    channel.base = base;
    return DeallocateObjectKeepRegisters;
}
IO_ALLOCATION_ACTION NTAPI keep_nothing(PDEVICE_OBJECT, PIRP, PVOID base, PVOID context) {
    (void)keep_registers(nullptr, nullptr, base, context);
    return DeallocateObject;
}

struct List {
    int calls = 0;
    SCATTER_GATHER_LIST* list = nullptr;
};
VOID NTAPI take_list(PDEVICE_OBJECT, PIRP, PSCATTER_GATHER_LIST list, PVOID context) {
    auto& taken = *static_cast<List*>(context);
    ++taken.calls;
    taken.list = list;
}

/// Byte `i` of what the device sees by the list.
std::byte& byte_of(const SCATTER_GATHER_LIST& list, ULONG i) {
    ULONG element = 0;
    for (; i >= list.Elements[element].Length; ++element) i -= list.Elements[element].Length;
    return seen(list.Elements[element].Address)[i];
}

}  // namespace

RSL_TEST(Dma, ADeviceThatReachesAllGetsTheMemoryItself) {
    Adapter adapter(Reach::k64Bits, Pieces::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    Buffer buffer(3);
    AtDispatch level;
    List taken;
    RSL_EXPECT_EQ(adapter.operations().GetScatterGatherList(adapter.self, &device, buffer.mdl, buffer.index(100), 2 * kPage, &take_list, &taken, TRUE),
                  STATUS_SUCCESS);
    RSL_REQUIRE(taken.calls == 1);
    RSL_EXPECT_EQ(taken.list->NumberOfElements, 3u);
    RSL_EXPECT_EQ(&byte_of(*taken.list, 0), static_cast<std::byte*>(arch::direct_map(static_cast<uint64_t>(MmGetPhysicalAddress(&buffer.at(100)).QuadPart))));
    adapter.operations().PutScatterGatherList(adapter.self, taken.list, TRUE);
}

RSL_TEST(Dma, ADeviceWithoutScatterGatherGetsOneAddressForAll) {
    Adapter adapter(Reach::k64Bits, Pieces::kOne);
    RSL_REQUIRE(adapter.self != nullptr);
    Buffer buffer(4);
    AtDispatch level;
    Channel channel;
    RSL_EXPECT_EQ(adapter.operations().AllocateAdapterChannel(adapter.self, &device, 4, &keep_registers, &channel), STATUS_SUCCESS);
    RSL_REQUIRE(channel.calls == 1);
    ULONG length = 3 * kPage;
    const PHYSICAL_ADDRESS to_device = adapter.operations().MapTransfer(adapter.self, buffer.mdl, channel.base, buffer.index(50), &length, TRUE);
    RSL_EXPECT_EQ(length, 3 * kPage);
    bool same = true;
    for (ULONG i = 0; i < length; ++i) same &= seen(to_device)[i] == buffer.at(50 + i);
    RSL_EXPECT(same);
    adapter.operations().FlushAdapterBuffers(adapter.self, buffer.mdl, channel.base, buffer.index(50), length, TRUE);

    const PHYSICAL_ADDRESS from_device = adapter.operations().MapTransfer(adapter.self, buffer.mdl, channel.base, buffer.index(50), &length, FALSE);
    RSL_EXPECT_EQ(length, 3 * kPage);
    for (ULONG i = 0; i < length; ++i) seen(from_device)[i] = std::byte(i * 3);
    adapter.operations().FlushAdapterBuffers(adapter.self, buffer.mdl, channel.base, buffer.index(50), length, FALSE);
    for (ULONG i = 0; i < length; ++i) same &= buffer.at(50 + i) == std::byte(i * 3);
    RSL_EXPECT(same);
    RSL_EXPECT(buffer.at(49) == std::byte(49 * 7));
    adapter.operations().FreeMapRegisters(adapter.self, channel.base, 4);
}

RSL_TEST(Dma, MemoryOutOfReachIsCopiedPageByPage) {
    Adapter adapter(Reach::k24Bits, Pieces::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    Buffer buffer(3);
    AtDispatch level;
    List taken;
    RSL_EXPECT_EQ(adapter.operations().GetScatterGatherList(adapter.self, &device, buffer.mdl, buffer.index(10), 2 * kPage + 5, &take_list, &taken, FALSE),
                  STATUS_SUCCESS);
    RSL_REQUIRE(taken.calls == 1);
    ULONG bytes = 0;
    for (ULONG i = 0; i < taken.list->NumberOfElements; ++i) {
        const SCATTER_GATHER_ELEMENT& element = taken.list->Elements[i];
        RSL_EXPECT(element.Address.QuadPart + element.Length <= kIsaReach);
        bytes += element.Length;
    }
    RSL_REQUIRE(bytes == 2 * kPage + 5);
    for (ULONG i = 0; i < bytes; ++i) byte_of(*taken.list, i) = std::byte(i * 5);
    adapter.operations().PutScatterGatherList(adapter.self, taken.list, FALSE);
    bool same = true;
    for (ULONG i = 0; i < bytes; ++i) same &= buffer.at(10 + i) == std::byte(i * 5);
    RSL_EXPECT(same);
}

RSL_TEST(Dma, TheCopyHasAnMdlOfItsOwn) {
    Adapter adapter(Reach::k24Bits, Pieces::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    Buffer buffer(2);
    AtDispatch level;
    List taken;
    RSL_REQUIRE(adapter.operations().GetScatterGatherList(adapter.self, &device, buffer.mdl, buffer.index(8), kPage, &take_list, &taken, TRUE) == STATUS_SUCCESS);
    PMDL copy = nullptr;
    RSL_EXPECT_EQ(adapter.operations().BuildMdlFromScatterGatherList(adapter.self, taken.list, buffer.mdl, &copy), STATUS_SUCCESS);
    RSL_REQUIRE(copy != nullptr && copy != buffer.mdl);
    RSL_EXPECT_EQ(copy->ByteOffset, 8u);
    RSL_EXPECT_EQ(copy->ByteCount, kPage);
    const auto* pages = reinterpret_cast<const PFN_NUMBER*>(copy + 1);
    RSL_EXPECT_EQ(static_cast<std::byte*>(arch::direct_map(pages[1] * kPage))[0], buffer.at(kPage));
    RSL_EXPECT_EQ(adapter.operations().BuildMdlFromScatterGatherList(adapter.self, taken.list, buffer.mdl, &copy), STATUS_NONE_MAPPED);
    adapter.operations().PutScatterGatherList(adapter.self, taken.list, TRUE);
}

RSL_TEST(Dma, WhoFindsTooFewRegistersWaits) {
    Adapter adapter(Reach::k64Bits, Pieces::kOne, 200 * kPage);
    RSL_REQUIRE(adapter.self != nullptr);
    RSL_EXPECT_EQ(adapter.registers, 64u);
    AtDispatch level;
    Channel first, second, third, never;
    RSL_EXPECT_EQ(adapter.operations().AllocateAdapterChannel(adapter.self, &device, 65, &keep_registers, &never), STATUS_INSUFFICIENT_RESOURCES);
    RSL_EXPECT_EQ(adapter.operations().AllocateAdapterChannel(adapter.self, &device, 40, &keep_registers, &first), STATUS_SUCCESS);
    RSL_EXPECT_EQ(adapter.operations().AllocateAdapterChannel(adapter.self, &device, 30, &keep_registers, &second), STATUS_SUCCESS);
    RSL_EXPECT_EQ(adapter.operations().AllocateAdapterChannel(adapter.self, &device, 10, &keep_nothing, &third), STATUS_SUCCESS);
    RSL_EXPECT_EQ(first.calls, 1);
    RSL_EXPECT_EQ(second.calls, 0);
    RSL_EXPECT_EQ(third.calls, 0);  // in order, though it would fit
    adapter.operations().FreeMapRegisters(adapter.self, first.base, 40);
    RSL_EXPECT_EQ(second.calls, 1);
    RSL_EXPECT_EQ(third.calls, 1);
    adapter.operations().FreeMapRegisters(adapter.self, second.base, 30);
    RSL_EXPECT_EQ(never.calls, 0);
}

RSL_TEST(Dma, AListTooLongForTheRegistersIsRefused) {
    Adapter adapter(Reach::k64Bits, Pieces::kOne, kPage);
    RSL_REQUIRE(adapter.self != nullptr);
    Buffer buffer(8);
    AtDispatch level;
    List taken;
    RSL_EXPECT_EQ(adapter.operations().GetScatterGatherList(adapter.self, &device, buffer.mdl, buffer.index(0), 8 * kPage, &take_list, &taken, TRUE),
                  STATUS_INSUFFICIENT_RESOURCES);
    RSL_EXPECT_EQ(taken.calls, 0);
}

RSL_TEST(Dma, AListMayLieInTheDriversMemory) {
    Adapter adapter(Reach::k24Bits, Pieces::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    Buffer buffer(2);
    AtDispatch level;
    ULONG bytes = 0, registers = 0;
    RSL_EXPECT_EQ(adapter.operations().CalculateScatterGatherList(adapter.self, buffer.mdl, buffer.index(0), 2 * kPage, &bytes, &registers), STATUS_SUCCESS);
    alignas(8) static std::byte room[512];
    RSL_REQUIRE(bytes <= sizeof(room));
    List taken;
    RSL_EXPECT_EQ(adapter.operations().BuildScatterGatherList(adapter.self, &device, buffer.mdl, buffer.index(0), 2 * kPage, &take_list, &taken, TRUE, room, bytes - 1),
                  STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT_EQ(adapter.operations().BuildScatterGatherList(adapter.self, &device, buffer.mdl, buffer.index(0), 2 * kPage, &take_list, &taken, TRUE, room, bytes),
                  STATUS_SUCCESS);
    RSL_REQUIRE(taken.calls == 1);
    RSL_EXPECT_EQ(static_cast<void*>(taken.list), static_cast<void*>(room));
    bool same = true;
    for (ULONG i = 0; i < 2 * kPage; ++i) same &= byte_of(*taken.list, i) == buffer.at(i);
    RSL_EXPECT(same);
    adapter.operations().PutScatterGatherList(adapter.self, taken.list, TRUE);
}

RSL_TEST(Dma, OperationsThatAreNotThereAreNotPromised) {
    DEVICE_DESCRIPTION description = {};
    description.Version = DEVICE_DESCRIPTION_VERSION3;
    description.Master = TRUE;
    description.InterfaceType = PCIBus;
    ULONG registers = 0;
    RSL_EXPECT(IoGetDmaAdapter(nullptr, &description, &registers) == nullptr);
}

}  // namespace rsl::hal
