// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/dma.hpp"

#include <algorithm>
#include <new>

#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/arch/paging.hpp"
#include "kernel/hal/dma_transfer.hpp"
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
    bool one_piece;    // no scatter/gather: it takes one address for all of a transfer
    bool copies;       // some memory of this machine it cannot take as it lies: then there are map registers
    ULONG map_registers;
    MapRegisters registers;
};
Adapter& of(PDMA_ADAPTER adapter) { return *reinterpret_cast<Adapter*>(adapter); }

uint32_t pieces_of(Pages pages) {
    uint32_t count = 0;
    for (; !pages.at_end(); pages.advance()) ++count;
    return count;
}

/// Elements that a transfer takes at most: neighbouring pages that are reached are one.
ULONG count_elements(const Adapter& adapter, Pages pages) {
    if (adapter.one_piece) return 1;
    ULONG count = 0;
    for (uint64_t end = 0; !pages.at_end(); pages.advance()) {
        if (count == 0 || pages.address() != end || end > adapter.highest) ++count;
        end = pages.address() + pages.bytes();
    }
    return count;
}

/// Map registers that a list takes: 0 when the device takes the memory as it lies.
uint32_t registers_for(const Adapter& adapter, Pages pages) {
    if (!adapter.copies || direct_run(pages, adapter.highest) == pages.left()) return 0;
    if (adapter.one_piece) return static_cast<uint32_t>((pages.address() % kPage + pages.left() + kPage - 1) / kPage);
    uint32_t count = 0;
    for (; !pages.at_end(); pages.advance()) count += pages.address() + pages.bytes() - 1 > adapter.highest;
    return count;
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

void fill_list(const Adapter& adapter, Pages pages, Transfer* transfer, bool write, SCATTER_GATHER_LIST& list) {
    list.NumberOfElements = 0;
    while (!pages.at_end()) {
        const uint32_t run = direct_run(pages, adapter.highest);
        if (run != 0 && (!adapter.one_piece || run == pages.left())) {
            add_element(list, pages.address(), pages.bytes());
            pages.advance();
            continue;
        }
        uint64_t address = 0;
        const uint32_t bytes = transfer->take_in(pages, adapter.one_piece ? pages.left() : pages.bytes(), write, address);
        RSL_CHECK(bytes != 0);  // start_list() has made room for it
        add_element(list, address, bytes);
    }
}

ULONG list_bytes(ULONG elements) {
    return static_cast<ULONG>(sizeof(SCATTER_GATHER_LIST) + elements * sizeof(SCATTER_GATHER_ELEMENT));
}

VOID NTAPI put_adapter(PDMA_ADAPTER adapter) {
    of(adapter).~Adapter();
    mm::free(adapter);
}

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

// ---- Channels: AllocateAdapterChannel, MapTransfer, FlushAdapterBuffers, FreeMapRegisters. MapRegisterBase is the Transfer, or the
// adapter where nothing is ever copied.

struct ChannelRequest {
    PDEVICE_OBJECT device;
    PDRIVER_CONTROL routine;
    PVOID context;
};

void run_channel(Transfer& transfer, const ChannelRequest& request) {
    const auto action = request.routine(request.device, request.device->CurrentIrp, &transfer, request.context);
    if (action == DeallocateObject) transfer.free();  // else it is the driver's until FreeMapRegisters
}

NTSTATUS NTAPI allocate_channel(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, ULONG registers, PDRIVER_CONTROL routine, PVOID context) {
    RSL_IRQL_AT_LEAST(DISPATCH_LEVEL);
    Adapter& self = of(adapter);
    if (registers > self.map_registers) return STATUS_INSUFFICIENT_RESOURCES;
    if (!self.copies || registers == 0) {
        routine(device, device->CurrentIrp, adapter, context);  // nobody ever has to wait for an adapter
        return STATUS_SUCCESS;
    }
    constexpr ULONG kPiecesEach = 4;  // a chain of small MDLs has many in a page; MapTransfer takes what there is room for
    Transfer* transfer = Transfer::make(self.registers, registers, registers * kPiecesEach);
    if (transfer == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    transfer->wait(ChannelRequest{device, routine, context}, &run_channel);
    return STATUS_SUCCESS;
}

/// nullptr: of a channel that copies nothing.
Transfer* transfer_of(PDMA_ADAPTER adapter, PVOID map_register_base) {
    return of(adapter).copies && map_register_base != adapter ? static_cast<Transfer*>(map_register_base) : nullptr;
}

BOOLEAN NTAPI flush(PDMA_ADAPTER adapter, PMDL, PVOID base, PVOID, ULONG, BOOLEAN write) {
    if (Transfer* transfer = transfer_of(adapter, base)) transfer->finish(write);
    return TRUE;  // caches are coherent
}
VOID NTAPI free_channel(PDMA_ADAPTER) {}
VOID NTAPI free_registers(PDMA_ADAPTER adapter, PVOID base, ULONG) {
    if (Transfer* transfer = transfer_of(adapter, base)) transfer->free();
}

PHYSICAL_ADDRESS NTAPI map_transfer(PDMA_ADAPTER adapter, PMDL mdl, PVOID base, PVOID current, PULONG length, BOOLEAN write) {
    const Adapter& self = of(adapter);
    Pages pages(mdl, current, *length);
    PHYSICAL_ADDRESS begin = {};
    const uint32_t wanted = pages.at_end() ? 0 : pages.left(), run = direct_run(pages, self.highest);
    if (run == wanted || (run != 0 && !self.one_piece)) {
        if (run != 0) begin.QuadPart = static_cast<LONGLONG>(pages.address());
        *length = run;
        return begin;
    }
    Transfer* transfer = transfer_of(adapter, base);
    uint64_t address = 0;
    *length = transfer != nullptr ? transfer->take_in(pages, self.one_piece ? wanted : pages.bytes(), write, address) : 0;
    begin.QuadPart = static_cast<LONGLONG>(address);
    return begin;
}

ULONG NTAPI alignment(PDMA_ADAPTER) { return 1; }
ULONG NTAPI read_counter(PDMA_ADAPTER) { return 0; }  // of slave DMA, which no machine of ours has

// ---- Lists: GetScatterGatherList, BuildScatterGatherList, PutScatterGatherList. Reserved is the list's owner.

enum class ListMemory : uint8_t { kOurs, kDrivers };

struct ListOwner {
    Transfer* transfer;  // none: nothing is copied
    PMDL built;          // by BuildMdlFromScatterGatherList
    ListMemory memory;
};

struct ListRequest {
    Adapter* adapter;
    PDEVICE_OBJECT device;
    PMDL mdl;
    PVOID current;
    ULONG length;
    PDRIVER_LIST_CONTROL routine;
    PVOID context;
    SCATTER_GATHER_LIST* list;
    ListOwner* owner;
    BOOLEAN write;
};

void deliver(const ListRequest& request) {
    fill_list(*request.adapter, Pages(request.mdl, request.current, request.length), request.owner->transfer,
              request.write != FALSE, *request.list);
    request.list->Reserved = reinterpret_cast<ULONG_PTR>(request.owner);
    request.routine(request.device, request.device->CurrentIrp, request.list, request.context);
}

/// Now, or once there are registers for it. With a failure the list stays the caller's.
NTSTATUS start_list(ListRequest request, ListMemory memory) {
    Adapter& adapter = *request.adapter;
    const Pages pages(request.mdl, request.current, request.length);
    const uint32_t registers = registers_for(adapter, pages);
    if (registers > adapter.registers.count()) return STATUS_INSUFFICIENT_RESOURCES;
    request.owner = static_cast<ListOwner*>(mm::allocate(sizeof(ListOwner), kTag));
    if (request.owner == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    *request.owner = {nullptr, nullptr, memory};
    if (registers == 0) {
        deliver(request);
        return STATUS_SUCCESS;
    }
    Transfer* transfer = request.owner->transfer = Transfer::make(adapter.registers, registers, pieces_of(pages));
    if (transfer == nullptr) {
        mm::free(request.owner);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    transfer->wait(request, +[](Transfer&, const ListRequest& ready) { deliver(ready); });
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI get_list(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PMDL mdl, PVOID current, ULONG length,
                        PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write) {
    RSL_IRQL_AT_LEAST(DISPATCH_LEVEL);
    const ULONG bytes = list_bytes(count_elements(of(adapter), Pages(mdl, current, length)));
    auto* list = static_cast<SCATTER_GATHER_LIST*>(mm::allocate(bytes, kTag));
    if (list == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS status =
        start_list({&of(adapter), device, mdl, current, length, routine, context, list, nullptr, write}, ListMemory::kOurs);
    if (!NT_SUCCESS(status)) mm::free(list);
    return status;
}

VOID NTAPI put_list(PDMA_ADAPTER, PSCATTER_GATHER_LIST list, BOOLEAN write) {
    auto* owner = reinterpret_cast<ListOwner*>(list->Reserved);
    if (owner->built != nullptr) IoFreeMdl(owner->built);
    if (owner->memory == ListMemory::kOurs) mm::free(list);
    Transfer* transfer = owner->transfer;
    mm::free(owner);
    if (transfer == nullptr) return;
    transfer->finish(write != FALSE);
    transfer->free();
}

NTSTATUS NTAPI calculate_list(PDMA_ADAPTER adapter, PMDL mdl, PVOID current, ULONG length, PULONG bytes, PULONG registers) {
    // Without an MDL: the most that a buffer of this length can take.
    const ULONG most = static_cast<ULONG>((reinterpret_cast<uintptr_t>(current) % kPage + length + kPage - 1) / kPage);
    const ULONG elements = mdl == nullptr ? most : count_elements(of(adapter), Pages(mdl, current, length));
    *bytes = list_bytes(elements);
    if (registers != nullptr) *registers = most;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI build_list(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PMDL mdl, PVOID current, ULONG length,
                          PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write, PVOID buffer, ULONG buffer_bytes) {
    RSL_IRQL_AT_LEAST(DISPATCH_LEVEL);
    if (buffer_bytes < list_bytes(count_elements(of(adapter), Pages(mdl, current, length)))) return STATUS_BUFFER_TOO_SMALL;
    auto* list = static_cast<SCATTER_GATHER_LIST*>(buffer);
    return start_list({&of(adapter), device, mdl, current, length, routine, context, list, nullptr, write},
                      ListMemory::kDrivers);
}

/// An MDL of what the device sees, where that is a copy.
NTSTATUS NTAPI build_mdl(PDMA_ADAPTER, PSCATTER_GATHER_LIST list, PMDL original, PMDL* target) {
    if (original == nullptr) return STATUS_INVALID_PARAMETER;
    auto* owner = reinterpret_cast<ListOwner*>(list->Reserved);
    if (owner->transfer == nullptr) {
        *target = original;  // its pages are the ones that the device sees
        return STATUS_SUCCESS;
    }
    if (owner->built != nullptr) return STATUS_NONE_MAPPED;
    ULONG bytes = 0;
    for (ULONG i = 0; i < list->NumberOfElements; ++i) bytes += list->Elements[i].Length;
    const uint64_t offset = static_cast<uint64_t>(list->Elements[0].Address.QuadPart) % kPage;
    PMDL mdl = IoAllocateMdl(reinterpret_cast<PVOID>(offset), bytes, FALSE, FALSE, nullptr);
    if (mdl == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    auto* pages = reinterpret_cast<PFN_NUMBER*>(mdl + 1);
    uint64_t done = offset;  // of the pages so far
    for (ULONG i = 0; i < list->NumberOfElements; ++i) {
        const auto begin = static_cast<uint64_t>(list->Elements[i].Address.QuadPart);
        for (uint64_t at = 0; at < list->Elements[i].Length;) {
            pages[done / kPage] = (begin + at) / kPage;
            const uint64_t step = std::min<uint64_t>(kPage - (begin + at) % kPage, list->Elements[i].Length - at);
            at += step;
            done += step;
        }
    }
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    *target = owner->built = mdl;
    return STATUS_SUCCESS;
}

constinit DMA_OPERATIONS operations = {
    sizeof(DMA_OPERATIONS), &put_adapter, &allocate_common, &free_common, &allocate_channel, &flush, &free_channel,
    &free_registers, &map_transfer, &alignment, &read_counter, &get_list, &put_list, &calculate_list, &build_list, &build_mdl,
};

uint64_t reach_of(const DEVICE_DESCRIPTION& description) {
    if (description.Dma64BitAddresses) return ~uint64_t{0};
    return description.Dma32BitAddresses ? 0xFFFFFFFF : kIsaReach;
}

uint64_t highest_memory() {
    PHYSICAL_MEMORY_RANGE* ranges = MmGetPhysicalMemoryRanges();
    if (ranges == nullptr) return ~uint64_t{0};
    uint64_t highest = 0;
    for (const PHYSICAL_MEMORY_RANGE* range = ranges; range->NumberOfBytes.QuadPart != 0; ++range)
        highest = std::max(highest, static_cast<uint64_t>(range->BaseAddress.QuadPart + range->NumberOfBytes.QuadPart - 1));
    ExFreePoolWithTag(ranges, 0);
    return highest;
}

}  // namespace

Result<PDMA_ADAPTER> make_dma_adapter(const DEVICE_DESCRIPTION& description, ULONG& map_registers) {
    // Version 3 is asked for by drivers that then call operations which there are none of here.
    if (description.Version > DEVICE_DESCRIPTION_VERSION2 || !description.Master) return Status::kNotSupported;
    void* memory = mm::allocate(sizeof(Adapter), kTag);
    if (memory == nullptr) return Status::kInsufficientResources;
    auto* adapter = new (memory) Adapter{};
    adapter->base.Version = 1;
    adapter->base.Size = sizeof(Adapter);
    adapter->base.DmaOperations = &operations;
    adapter->highest = reach_of(description);
    adapter->one_piece = !description.ScatterGather;
    adapter->copies = adapter->one_piece || adapter->highest < highest_memory();
    // Enough for the largest transfer, one page more for where it begins; where nothing is copied they are only counted.
    const uint64_t wanted = (uint64_t{description.MaximumLength} + kPage - 1) / kPage + 1;
    adapter->map_registers = static_cast<ULONG>(wanted);
    if (adapter->copies) {
        if (auto made = adapter->registers.create(static_cast<uint32_t>(std::min<uint64_t>(wanted, MapRegisters::kMost)), adapter->highest); !made) {
            put_adapter(&adapter->base);
            return made.failure();
        }
        adapter->map_registers = adapter->registers.count();
    }
    map_registers = adapter->map_registers;
    return &adapter->base;
}

}  // namespace rsl::hal
