// SPDX-License-Identifier: GPL-2.0-only
// DMA adapters without a device, for tests: they look at the addresses that one would be given.
#pragma once

#include <cstring>

#include "abi/functions/hal.h"
#include "abi/functions/io.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/ke/irql.hpp"

namespace rsl::hal {

inline constexpr ULONG kPage = 4096;
inline constexpr ULONG kIsaReach = 1 << 24;

enum class Elements { kOne, kMany };
enum class Reach { k24Bits, k64Bits };

class TestAdapter {
  public:
    TestAdapter(Reach reach, Elements elements, ULONG most = 64 * kPage) {
        DEVICE_DESCRIPTION description = {};
        description.Version = DEVICE_DESCRIPTION_VERSION3;
        description.Master = TRUE;
        description.ScatterGather = elements == Elements::kMany;
        description.DmaAddressWidth = reach == Reach::k64Bits ? 64 : 24;
        description.InterfaceType = PCIBus;
        description.MaximumLength = most;
        self = IoGetDmaAdapter(nullptr, &description, &registers);
    }
    TestAdapter(const TestAdapter&) = delete;
    ~TestAdapter() {
        if (self != nullptr) self->DmaOperations->PutDmaAdapter(self);
    }
    const DMA_OPERATIONS* operator->() const { return self->DmaOperations; }
    operator PDMA_ADAPTER() const { return self; }

    PDMA_ADAPTER self = nullptr;
    ULONG registers = 0;
};

/// Locked pages above what an ISA device reaches, no two of them neighbours: two blocks that take
/// turns.
class TestBuffer {
  public:
    explicit TestBuffer(ULONG pages) : bytes(pages * kPage) {
        PHYSICAL_ADDRESS lowest = {}, highest = {}, boundary = {};
        lowest.QuadPart = kIsaReach;
        highest.QuadPart = -1ull >> 1;
        block_ = static_cast<std::byte*>(MmAllocateContiguousMemorySpecifyCache(
            2 * uint64_t{bytes}, lowest, highest, boundary, MmCached));
        mdl = IoAllocateMdl(nullptr, bytes, FALSE, FALSE, nullptr);
        const uint64_t first = static_cast<uint64_t>(MmGetPhysicalAddress(block_).QuadPart) / kPage;
        for (ULONG i = 0; i < pages; ++i) reinterpret_cast<PFN_NUMBER*>(mdl + 1)[i] = first + 2 * i;
        mdl->MdlFlags |= MDL_PAGES_LOCKED;
        for (ULONG i = 0; i < bytes; ++i) at(i) = std::byte(i * 7 + i / kPage);
    }
    TestBuffer(const TestBuffer&) = delete;
    ~TestBuffer() {
        IoFreeMdl(mdl);
        MmFreeContiguousMemorySpecifyCache(block_, 2 * uint64_t{bytes}, MmCached);
    }
    std::byte& at(ULONG i) { return block_[i / kPage * 2 * kPage + i % kPage]; }
    PVOID index(ULONG offset) const {
        return reinterpret_cast<PVOID>(reinterpret_cast<uintptr_t>(mdl->StartVa) + offset);
    }

    ULONG bytes;
    PMDL mdl;

  private:
    std::byte* block_;
};

inline std::byte* seen(PHYSICAL_ADDRESS address) {
    return static_cast<std::byte*>(arch::direct_map(static_cast<uint64_t>(address.QuadPart)));
}

/// Byte `i` of what the device sees by the list.
inline std::byte& byte_of(const SCATTER_GATHER_LIST& list, ULONG i) {
    ULONG element = 0;
    for (; i >= list.Elements[element].Length; ++element) i -= list.Elements[element].Length;
    return seen(list.Elements[element].Address)[i];
}
inline ULONG bytes_of(const SCATTER_GATHER_LIST& list) {
    ULONG bytes = 0;
    for (ULONG i = 0; i < list.NumberOfElements; ++i) bytes += list.Elements[i].Length;
    return bytes;
}

struct AtDispatch {
    KIRQL old = ke::raise_irql(DISPATCH_LEVEL);
    ~AtDispatch() { ke::lower_irql(old); }
};

inline DEVICE_OBJECT test_device = {};

/// A driver's transfer context.
struct TestContext {
    explicit TestContext(const TestAdapter& adapter) {
        adapter->InitializeDmaTransferContext(adapter, memory);
    }
    operator PVOID() { return memory; }
    alignas(8) std::byte memory[DMA_TRANSFER_CONTEXT_SIZE_V1] = {};
};

/// What an AdapterControl routine was called with.
struct TestChannel {
    IO_ALLOCATION_ACTION action = DeallocateObjectKeepRegisters;
    int calls = 0;
    PVOID base = nullptr;
    static IO_ALLOCATION_ACTION NTAPI routine(PDEVICE_OBJECT, PIRP, PVOID base, PVOID context) {
        auto& self = *static_cast<TestChannel*>(context);
        ++self.calls;
        self.base = base;
        return self.action;
    }
};

/// What an AdapterListControl routine was called with.
struct TestList {
    int calls = 0;
    SCATTER_GATHER_LIST* list = nullptr;
    static VOID NTAPI routine(PDEVICE_OBJECT, PIRP, PSCATTER_GATHER_LIST list, PVOID context) {
        auto& self = *static_cast<TestList*>(context);
        ++self.calls;
        self.list = list;
    }
};

}  // namespace rsl::hal
