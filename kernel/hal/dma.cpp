// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/dma.hpp"

#include <algorithm>

#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/arch/paging.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::hal {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("HaDm");
constexpr uint64_t kPage = arch::kPageBytes;
constexpr uint64_t kIsaReach = (1 << 24) - 1;

struct Adapter {
    DMA_ADAPTER base;
    uint64_t highest;  // physical address that the device reaches
    ULONG map_registers;
};
Adapter& of(PDMA_ADAPTER adapter) { return *reinterpret_cast<Adapter*>(adapter); }

/// Walks the bytes [current, current + length) of an MDL chain page by page.
class Pages {
  public:
    Pages(PMDL mdl, PVOID current, ULONG length) : mdl_(mdl), left_(length) {
        // CurrentVa is an index into the first MDL's buffer, as documented.
        at_ = static_cast<uint64_t>(static_cast<char*>(current) - static_cast<char*>(mdl->StartVa)) - mdl->ByteOffset;
        skip_finished();
    }
    bool at_end() const { return left_ == 0 || mdl_ == nullptr; }
    uint64_t address() const {
        const uint64_t offset = mdl_->ByteOffset + at_;
        const auto* pages = reinterpret_cast<const PFN_NUMBER*>(mdl_ + 1);
        return pages[offset / kPage] * kPage + offset % kPage;
    }
    /// Bytes from address() on in this page.
    ULONG bytes() const {
        const uint64_t in_page = kPage - (mdl_->ByteOffset + at_) % kPage;
        return static_cast<ULONG>(std::min({in_page, uint64_t{left_}, uint64_t{mdl_->ByteCount} - at_}));
    }
    void advance() {
        const ULONG step = bytes();
        at_ += step;
        left_ -= step;
        skip_finished();
    }

  private:
    void skip_finished() {
        while (mdl_ != nullptr && at_ >= mdl_->ByteCount) {
            at_ -= mdl_->ByteCount;
            mdl_ = mdl_->Next;
        }
    }
    PMDL mdl_;
    uint64_t at_ = 0;
    ULONG left_;
};

/// Elements that a transfer takes: neighbouring pages are one.
ULONG count_elements(Pages pages) {
    ULONG count = 0;
    for (uint64_t end = 0; !pages.at_end(); pages.advance()) {
        if (count == 0 || pages.address() != end) ++count;
        end = pages.address() + pages.bytes();
    }
    return count;
}

/// False when the device does not reach all of it.
bool fill_list(const Adapter& adapter, Pages pages, SCATTER_GATHER_LIST& list) {
    list.NumberOfElements = 0;
    for (uint64_t end = 0; !pages.at_end(); pages.advance()) {
        const uint64_t begin = pages.address();
        if (begin + pages.bytes() - 1 > adapter.highest) return false;
        if (list.NumberOfElements != 0 && begin == end) {
            list.Elements[list.NumberOfElements - 1].Length += pages.bytes();
        } else {
            SCATTER_GATHER_ELEMENT& element = list.Elements[list.NumberOfElements++];
            element = {};
            element.Address.QuadPart = static_cast<LONGLONG>(begin);
            element.Length = pages.bytes();
        }
        end = begin + pages.bytes();
    }
    return true;
}

ULONG list_bytes(ULONG elements) {
    return static_cast<ULONG>(sizeof(SCATTER_GATHER_LIST) + elements * sizeof(SCATTER_GATHER_ELEMENT));
}

VOID NTAPI put_adapter(PDMA_ADAPTER adapter) { mm::free(adapter); }

PVOID NTAPI allocate_common(PDMA_ADAPTER adapter, ULONG length, PPHYSICAL_ADDRESS logical, BOOLEAN) {
    PHYSICAL_ADDRESS lowest = {}, highest, boundary = {};
    highest.QuadPart = static_cast<LONGLONG>(std::min<uint64_t>(of(adapter).highest, ~uint64_t{0} >> 1));
    PVOID memory = MmAllocateContiguousMemorySpecifyCache(length, lowest, highest, boundary, MmCached);
    if (memory != nullptr) *logical = MmGetPhysicalAddress(memory);
    return memory;
}
VOID NTAPI free_common(PDMA_ADAPTER, ULONG length, PHYSICAL_ADDRESS, PVOID memory, BOOLEAN) {
    MmFreeContiguousMemorySpecifyCache(memory, length, MmCached);
}

NTSTATUS NTAPI allocate_channel(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, ULONG registers, PDRIVER_CONTROL routine, PVOID context) {
    RSL_IRQL_AT_LEAST(DISPATCH_LEVEL);
    if (registers > of(adapter).map_registers) return STATUS_INSUFFICIENT_RESOURCES;
    routine(device, device->CurrentIrp, adapter, context);  // nobody ever has to wait for an adapter
    return STATUS_SUCCESS;
}
BOOLEAN NTAPI flush(PDMA_ADAPTER, PMDL, PVOID, PVOID, ULONG, BOOLEAN) { return TRUE; }  // caches are coherent
VOID NTAPI free_channel(PDMA_ADAPTER) {}
VOID NTAPI free_registers(PDMA_ADAPTER, PVOID, ULONG) {}

PHYSICAL_ADDRESS NTAPI map_transfer(PDMA_ADAPTER, PMDL mdl, PVOID, PVOID current, PULONG length, BOOLEAN) {
    Pages pages(mdl, current, *length);
    PHYSICAL_ADDRESS begin = {};
    *length = 0;
    if (pages.at_end()) return begin;
    begin.QuadPart = static_cast<LONGLONG>(pages.address());
    uint64_t end = pages.address();
    for (; !pages.at_end() && pages.address() == end; pages.advance()) {
        *length += pages.bytes();
        end += pages.bytes();
    }
    return begin;
}

ULONG NTAPI alignment(PDMA_ADAPTER) { return 1; }
ULONG NTAPI read_counter(PDMA_ADAPTER) { return 0; }  // of slave DMA, which no machine of ours has

/// Fills the list and hands it to the driver; `owned` lists are freed when that cannot be.
NTSTATUS deliver(Adapter& adapter, PDEVICE_OBJECT device, const Pages& pages, SCATTER_GATHER_LIST& list,
                 PDRIVER_LIST_CONTROL routine, PVOID context) {
    if (!fill_list(adapter, pages, list)) return STATUS_INSUFFICIENT_RESOURCES;
    routine(device, device->CurrentIrp, &list, context);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI get_list(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PMDL mdl, PVOID current, ULONG length,
                        PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN) {
    RSL_IRQL_AT_LEAST(DISPATCH_LEVEL);
    const Pages pages(mdl, current, length);
    auto* list = static_cast<SCATTER_GATHER_LIST*>(mm::allocate(list_bytes(count_elements(pages)), kTag));
    if (list == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    list->Reserved = 1;  // ours to free
    const NTSTATUS status = deliver(of(adapter), device, pages, *list, routine, context);
    if (!NT_SUCCESS(status)) mm::free(list);
    return status;
}
VOID NTAPI put_list(PDMA_ADAPTER, PSCATTER_GATHER_LIST list, BOOLEAN) {
    if (list->Reserved == 1) mm::free(list);
}
NTSTATUS NTAPI calculate_list(PDMA_ADAPTER, PMDL mdl, PVOID current, ULONG length, PULONG bytes, PULONG registers) {
    // Without an MDL: the most that a buffer of this length can take.
    const ULONG most = static_cast<ULONG>((reinterpret_cast<uintptr_t>(current) % kPage + length + kPage - 1) / kPage);
    const ULONG elements = mdl == nullptr ? most : count_elements(Pages(mdl, current, length));
    *bytes = list_bytes(elements);
    if (registers != nullptr) *registers = most;
    return STATUS_SUCCESS;
}
NTSTATUS NTAPI build_list(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PMDL mdl, PVOID current, ULONG length,
                          PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN, PVOID buffer, ULONG buffer_bytes) {
    RSL_IRQL_AT_LEAST(DISPATCH_LEVEL);
    const Pages pages(mdl, current, length);
    if (buffer_bytes < list_bytes(count_elements(pages))) return STATUS_BUFFER_TOO_SMALL;
    auto& list = *static_cast<SCATTER_GATHER_LIST*>(buffer);
    list.Reserved = 0;  // the driver's
    return deliver(of(adapter), device, pages, list, routine, context);
}
NTSTATUS NTAPI build_mdl(PDMA_ADAPTER, PSCATTER_GATHER_LIST, PMDL original, PMDL* target) {
    *target = original;  // its pages are the ones that the device sees
    return STATUS_SUCCESS;
}

constinit DMA_OPERATIONS operations = {
    sizeof(DMA_OPERATIONS), &put_adapter, &allocate_common, &free_common, &allocate_channel, &flush, &free_channel,
    &free_registers, &map_transfer, &alignment, &read_counter, &get_list, &put_list, &calculate_list, &build_list, &build_mdl,
};

uint64_t reach_of(const DEVICE_DESCRIPTION& description) {
    if (description.Version >= DEVICE_DESCRIPTION_VERSION3 && description.DmaAddressWidth != 0) {
        return description.DmaAddressWidth >= 64 ? ~uint64_t{0} : (uint64_t{1} << description.DmaAddressWidth) - 1;
    }
    if (description.Dma64BitAddresses) return ~uint64_t{0};
    return description.Dma32BitAddresses ? 0xFFFFFFFF : kIsaReach;
}

}  // namespace

Result<PDMA_ADAPTER> make_dma_adapter(const DEVICE_DESCRIPTION& description, ULONG& map_registers) {
    if (description.Version > DEVICE_DESCRIPTION_VERSION3 || !description.Master) return Status::kNotSupported;
    auto* adapter = static_cast<Adapter*>(mm::allocate(sizeof(Adapter), kTag));
    if (adapter == nullptr) return Status::kInsufficientResources;
    *adapter = {};
    adapter->base.Version = 1;
    adapter->base.Size = sizeof(Adapter);
    adapter->base.DmaOperations = &operations;
    adapter->highest = reach_of(description);
    // Registers are only counted: enough for the largest transfer, one page more for where it begins.
    adapter->map_registers = static_cast<ULONG>((uint64_t{description.MaximumLength} + kPage - 1) / kPage + 1);
    map_registers = adapter->map_registers;
    return &adapter->base;
}

}  // namespace rsl::hal
