// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <bit>
#include <new>

#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/arch/paging.hpp"
#include "kernel/hal/dma/adapter.hpp"
#include "kernel/ke/irql.hpp"

namespace rsl::hal {
namespace {

constexpr uint64_t kPage = arch::kPageBytes;
constexpr uint64_t kIsaReach = (1 << 24) - 1;
constexpr ULONG kMostAddressBits = 64;

VOID NTAPI put_adapter(PDMA_ADAPTER adapter) {
    Adapter& self = Adapter::of(adapter);
    {
        ke::SpinLockGuard guard{self.lock};
        while (self.borrowed != nullptr) {
            BorrowedBuffer* const next = self.borrowed->next;
            mm::free(self.borrowed);
            self.borrowed = next;
        }
    }
    self.~Adapter();
    mm::free(adapter);
}

ULONG NTAPI alignment(PDMA_ADAPTER) { return 1; }
ULONG NTAPI read_counter(PDMA_ADAPTER) { return 0; }  // of slave DMA, which no machine of ours has

NTSTATUS NTAPI adapter_info(PDMA_ADAPTER adapter, PDMA_ADAPTER_INFO info) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (info->Version != DMA_ADAPTER_INFO_VERSION1) return STATUS_NOT_SUPPORTED;
    const Adapter& self = Adapter::of(adapter);
    info->V1 = {};
    info->V1.ScatterGatherLimit = self.one_piece ? 1 : self.map_registers;
    info->V1.DmaAddressWidth = static_cast<ULONG>(std::bit_width(self.highest));
    info->V1.MinimumTransferUnit = 1;
    return STATUS_SUCCESS;
}

// ---- What there is no hardware for: a DMA controller of the system, an I/O MMU.

NTSTATUS NTAPI configure_channel(PDMA_ADAPTER, ULONG, PVOID) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return STATUS_NOT_IMPLEMENTED;
}
NTSTATUS NTAPI cancel_mapped(PDMA_ADAPTER, PVOID) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return STATUS_NOT_SUPPORTED;  // what a bus master does is its driver's to stop
}
NTSTATUS NTAPI allocate_in_domain(PDMA_ADAPTER, HANDLE, PPHYSICAL_ADDRESS, ULONG, ULONG,
                                  MEMORY_CACHING_TYPE*, NODE_REQUIREMENT, PPHYSICAL_ADDRESS,
                                  PVOID*) {
    return STATUS_NOT_SUPPORTED;
}
NTSTATUS NTAPI join_domain(PDMA_ADAPTER, HANDLE) { return STATUS_NOT_SUPPORTED; }
NTSTATUS NTAPI leave_domain(PDMA_ADAPTER) { return STATUS_NOT_SUPPORTED; }
HANDLE NTAPI get_domain(PDMA_ADAPTER) { return nullptr; }

/// Caches are coherent with devices: nothing is ever left in them.
NTSTATUS NTAPI flush_buffer(PDMA_ADAPTER, PMDL mdl, BOOLEAN) {
    return mdl != nullptr ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

constexpr DMA_OPERATIONS table_of(ULONG bytes) {
    return {bytes,
            &put_adapter,
            &dma::allocate_common,
            &dma::free_common,
            &dma::allocate_channel,
            &dma::flush,
            &dma::free_channel,
            &dma::free_registers,
            &dma::map_transfer,
            &alignment,
            &read_counter,
            &dma::get_list,
            &dma::put_list,
            &dma::calculate_list,
            &dma::build_list,
            &dma::build_mdl,
            &adapter_info,
            &dma::transfer_info,
            &dma::initialize_context,
            &dma::allocate_common_ex,
            &dma::allocate_channel_ex,
            &configure_channel,
            &dma::cancel_channel,
            &dma::map_transfer_ex,
            &dma::get_list_ex,
            &dma::build_list_ex,
            &dma::flush_ex,
            &dma::free_object,
            &cancel_mapped,
            &allocate_in_domain,
            &flush_buffer,
            &join_domain,
            &leave_domain,
            &get_domain,
            &dma::allocate_common_bounded,
            &dma::allocate_vector,
            &dma::get_from_vector,
            &dma::free_from_vector,
            &dma::free_vector,
            &dma::create_common};
}
constinit DMA_OPERATIONS first_version = table_of(RSL_DMA_OPERATIONS_V1_BYTES);
constinit DMA_OPERATIONS second_version = table_of(RSL_DMA_OPERATIONS_V2_BYTES);
constinit DMA_OPERATIONS third_version = table_of(sizeof(DMA_OPERATIONS));

DMA_OPERATIONS& operations_of(ULONG version) {
    if (version == DEVICE_DESCRIPTION_VERSION3) return third_version;
    return version == DEVICE_DESCRIPTION_VERSION2 ? second_version : first_version;
}

uint64_t reach_of(const DEVICE_DESCRIPTION& description) {
    if (description.Version == DEVICE_DESCRIPTION_VERSION3)
        return ~uint64_t{0} >> (kMostAddressBits - description.DmaAddressWidth);
    if (description.Dma64BitAddresses) return ~uint64_t{0};
    const bool modern = description.ScatterGather &&
                        description.InterfaceType == PCIBus;  // 32 bits are taken for granted
    return description.Dma32BitAddresses || modern ? 0xFFFFFFFF : kIsaReach;
}

bool is_served(const DEVICE_DESCRIPTION& description) {
    if (description.Version > DEVICE_DESCRIPTION_VERSION3 || !description.Master) return false;
    return description.Version < DEVICE_DESCRIPTION_VERSION3 ||
           (description.DmaAddressWidth != 0 && description.DmaAddressWidth <= kMostAddressBits);
}

uint64_t highest_memory() {
    PHYSICAL_MEMORY_RANGE* ranges = MmGetPhysicalMemoryRanges();
    if (ranges == nullptr) return ~uint64_t{0};
    uint64_t highest = 0;
    for (const PHYSICAL_MEMORY_RANGE* range = ranges; range->NumberOfBytes.QuadPart != 0; ++range)
        highest = std::max(highest, static_cast<uint64_t>(range->BaseAddress.QuadPart +
                                                          range->NumberOfBytes.QuadPart - 1));
    ExFreePoolWithTag(ranges, 0);
    return highest;
}

}  // namespace

uint32_t map_piece(const Adapter& adapter, Pages& pages, Transfer* transfer, bool write_to_device,
                   uint64_t& address) {
    const uint32_t run = direct_run(pages, adapter.highest);
    if (run != 0 && (!adapter.one_piece || run == pages.left())) {
        address = pages.address();
        pages.advance(run);
        return run;
    }
    if (transfer == nullptr || pages.at_end()) return 0;
    return transfer->take_in(pages, adapter.one_piece ? pages.left() : pages.bytes(),
                             write_to_device, address);
}

ULONG count_elements(const Adapter& adapter, Pages pages) {
    if (adapter.one_piece) return 1;
    ULONG count = 0;
    for (uint64_t end = 0; !pages.at_end(); pages.advance()) {
        if (count == 0 || pages.address() != end || end > adapter.highest) ++count;
        end = pages.address() + pages.bytes();
    }
    return count;
}

ULONG list_bytes(ULONG elements) {
    return static_cast<ULONG>(sizeof(SCATTER_GATHER_LIST) +
                              elements * sizeof(SCATTER_GATHER_ELEMENT));
}

void add_element(SCATTER_GATHER_LIST& list, uint64_t address, ULONG bytes) {
    if (list.NumberOfElements != 0) {
        SCATTER_GATHER_ELEMENT& last = list.Elements[list.NumberOfElements - 1];
        if (static_cast<uint64_t>(last.Address.QuadPart) + last.Length == address) {
            last.Length += bytes;
            return;
        }
    }
    SCATTER_GATHER_ELEMENT& element = list.Elements[list.NumberOfElements++];
    element = {};
    element.Address.QuadPart = static_cast<LONGLONG>(address);
    element.Length = bytes;
}

Result<PDMA_ADAPTER> make_dma_adapter(const DEVICE_DESCRIPTION& description, ULONG& map_registers) {
    if (!is_served(description)) return Status::kNotSupported;
    void* memory = mm::allocate(sizeof(Adapter), kDmaTag);
    if (memory == nullptr) return Status::kInsufficientResources;
    auto* adapter = new (memory) Adapter{};
    adapter->base.Version = 1;  // whichever version the operations are, as documented
    adapter->base.Size = sizeof(Adapter);
    adapter->base.DmaOperations = &operations_of(description.Version);
    adapter->highest = reach_of(description);
    adapter->one_piece = !description.ScatterGather;
    adapter->copies = adapter->one_piece || adapter->highest < highest_memory();
    // Enough for the largest transfer, one page more for where it begins; where nothing is copied
    // they are only counted.
    const uint64_t wanted = (uint64_t{description.MaximumLength} + kPage - 1) / kPage + 1;
    adapter->map_registers = static_cast<ULONG>(wanted);
    if (adapter->copies) {
        MapRegisters& registers = adapter->channel.registers();
        const auto count = static_cast<uint32_t>(std::min<uint64_t>(wanted, MapRegisters::kMost));
        if (auto made = registers.create(count, adapter->highest); !made) {
            put_adapter(&adapter->base);
            return made.failure();
        }
        adapter->map_registers = registers.count();
    }
    map_registers = adapter->map_registers;
    return &adapter->base;
}

}  // namespace rsl::hal
