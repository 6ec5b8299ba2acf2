// SPDX-License-Identifier: GPL-2.0-only
// Scatter/gather lists: channel, registers and mapping in one call. A list's Reserved is its
// Transfer.
#include <algorithm>

#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/arch/paging.hpp"
#include "kernel/hal/dma/adapter.hpp"
#include "kernel/ke/irql.hpp"

namespace rsl::hal {
namespace {

constexpr uint64_t kPage = arch::kPageBytes;

enum class ListMemory : uint8_t { kOurs, kDrivers };

struct ListRequest {
    Adapter* adapter;
    PDEVICE_OBJECT device;
    PDRIVER_LIST_CONTROL routine;  // none: the caller takes the list
    PVOID context;
    SCATTER_GATHER_LIST* list;
    Pages pages;
    ListMemory memory;
    BOOLEAN write;
};

/// Map registers that a list takes: 0 when the device takes the memory as it lies.
uint32_t registers_for(const Adapter& adapter, Pages pages) {
    if (!adapter.copies || direct_run(pages, adapter.highest) == pages.left()) return 0;
    if (adapter.one_piece)
        return static_cast<uint32_t>((pages.address() % kPage + pages.left() + kPage - 1) / kPage);
    uint32_t count = 0;
    for (; !pages.at_end(); pages.advance())
        count += pages.address() + pages.bytes() - 1 > adapter.highest;
    return count;
}

Channel::After deliver(Transfer& transfer, const ListRequest& request) {
    SCATTER_GATHER_LIST& list = *request.list;
    list.NumberOfElements = 0;
    list.Reserved = reinterpret_cast<ULONG_PTR>(&transfer);
    for (Pages pages = request.pages; !pages.at_end();) {
        uint64_t address = 0;
        const uint32_t bytes =
            map_piece(*request.adapter, pages, &transfer, request.write != FALSE, address);
        RSL_CHECK(bytes != 0);  // start_list() has made room for it
        add_element(list, address, bytes);
    }
    if (request.routine == nullptr) return Channel::After::kHold;
    request.routine(request.device, request.device->CurrentIrp, &list,
                    request.context);  // may put the list
    return Channel::After::kFree;
}

void free_list(Transfer& transfer) {
    const auto request = transfer.request<ListRequest>();
    if (transfer.built != nullptr) IoFreeMdl(transfer.built);
    if (request.memory == ListMemory::kOurs) mm::free(request.list);
    transfer.free();
}

struct Terms {
    TransferContext* context = nullptr;
    Channel::Line line = Channel::Line::kWait;
    PVOID* out = nullptr;  // where the list's address goes to, if anywhere
};

/// With a failure a list in the driver's memory is as it was.
NTSTATUS start_list(ListRequest request, ULONG bytes, const Terms& terms) {
    Adapter& adapter = *request.adapter;
    const ULONG needed = list_bytes(count_elements(adapter, request.pages));
    if (request.memory == ListMemory::kDrivers && bytes < needed) return STATUS_BUFFER_TOO_SMALL;
    const uint32_t registers = registers_for(adapter, request.pages);
    if (registers > adapter.channel.registers().count()) return STATUS_INSUFFICIENT_RESOURCES;
    Transfer* transfer =
        Transfer::make(adapter.channel, registers, registers != 0 ? request.pages.count() : 0);
    if (transfer == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    if (request.memory == ListMemory::kOurs)
        request.list = static_cast<SCATTER_GATHER_LIST*>(mm::allocate(needed, kDmaTag));
    if (request.list == nullptr) {
        transfer->free();
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // FreeAdapterObject ends the transfer; the list stays until PutScatterGatherList.
    transfer->drop = [](Channel::Waiter& waiter) {
        Transfer::of(waiter).end(Transfer::of(waiter).request<ListRequest>().write != FALSE);
    };
    transfer->abandon = [](Channel::Waiter& waiter) { free_list(Transfer::of(waiter)); };
    if (terms.out != nullptr) *terms.out = request.list;
    const Status status = transfer->start(request, &deliver, terms.context, terms.line);
    if (status == Status::kSuccess) return STATUS_SUCCESS;
    if (terms.out != nullptr) *terms.out = nullptr;
    free_list(*transfer);
    return status.nt();
}

/// What the two Ex functions have in common.
NTSTATUS start_list_ex(const ListRequest& request, ULONG bytes, PVOID transfer_context, ULONG flags,
                       PVOID* out) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const bool synchronous = (flags & DMA_SYNCHRONOUS_CALLBACK) != 0;
    TransferContext* const context = context_of(&request.adapter->base, transfer_context);
    if (context == nullptr || (flags & ~static_cast<ULONG>(DMA_SYNCHRONOUS_CALLBACK)) != 0)
        return STATUS_INVALID_PARAMETER;
    if (request.routine == nullptr && (!synchronous || out == nullptr))
        return STATUS_INVALID_PARAMETER;
    if (request.pages.at_end() || !request.pages.all_there()) return STATUS_INVALID_PARAMETER;
    return start_list(request, bytes,
                      {context, synchronous ? Channel::Line::kOnlyNow : Channel::Line::kWait, out});
}

}  // namespace

namespace dma {

NTSTATUS NTAPI get_list(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PMDL mdl, PVOID current,
                        ULONG length, PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write) {
    RSL_IRQL_AT_LEAST(DISPATCH_LEVEL);
    const Pages pages(mdl, current, length);
    if (!pages.all_there()) return STATUS_BUFFER_TOO_SMALL;
    return start_list(
        {&Adapter::of(adapter), device, routine, context, nullptr, pages, ListMemory::kOurs, write},
        0, {});
}

NTSTATUS NTAPI get_list_ex(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PVOID transfer_context,
                           PMDL mdl, ULONGLONG offset, ULONG length, ULONG flags,
                           PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write,
                           PDMA_COMPLETION_ROUTINE, PVOID, PSCATTER_GATHER_LIST* list) {
    return start_list_ex({&Adapter::of(adapter), device, routine, context, nullptr,
                          Pages::at_offset(mdl, offset, length), ListMemory::kOurs, write},
                         0, transfer_context, flags, reinterpret_cast<PVOID*>(list));
}

NTSTATUS NTAPI build_list(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PMDL mdl, PVOID current,
                          ULONG length, PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write,
                          PVOID buffer, ULONG bytes) {
    RSL_IRQL_AT_LEAST(DISPATCH_LEVEL);
    const Pages pages(mdl, current, length);
    if (!pages.all_there()) return STATUS_BUFFER_TOO_SMALL;
    auto* list = static_cast<SCATTER_GATHER_LIST*>(buffer);
    return start_list(
        {&Adapter::of(adapter), device, routine, context, list, pages, ListMemory::kDrivers, write},
        bytes, {});
}

NTSTATUS NTAPI build_list_ex(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PVOID transfer_context,
                             PMDL mdl, ULONGLONG offset, ULONG length, ULONG flags,
                             PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write,
                             PVOID buffer, ULONG bytes, PDMA_COMPLETION_ROUTINE, PVOID,
                             PVOID list) {
    if (buffer == nullptr) return STATUS_INVALID_PARAMETER;
    return start_list_ex(
        {&Adapter::of(adapter), device, routine, context, static_cast<SCATTER_GATHER_LIST*>(buffer),
         Pages::at_offset(mdl, offset, length), ListMemory::kDrivers, write},
        bytes, transfer_context, flags, static_cast<PVOID*>(list));
}

VOID NTAPI put_list(PDMA_ADAPTER, PSCATTER_GATHER_LIST list, BOOLEAN write) {
    auto& transfer = *reinterpret_cast<Transfer*>(list->Reserved);
    transfer.finish(write != FALSE);
    free_list(transfer);
}

NTSTATUS NTAPI calculate_list(PDMA_ADAPTER adapter, PMDL mdl, PVOID current, ULONG length,
                              PULONG bytes, PULONG registers) {
    // Without an MDL: the most that a buffer of this length can take.
    ULONG parts = static_cast<ULONG>(
        (reinterpret_cast<uintptr_t>(current) % kPage + length + kPage - 1) / kPage);
    ULONG elements = parts;
    if (mdl != nullptr) {
        const Pages pages(mdl, current, length);
        if (!pages.all_there()) return STATUS_BUFFER_TOO_SMALL;
        parts = pages.count();
        elements = count_elements(Adapter::of(adapter), pages);
    }
    *bytes = list_bytes(elements);
    if (registers != nullptr) *registers = parts;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI transfer_info(PDMA_ADAPTER adapter, PMDL mdl, ULONGLONG offset, ULONG length,
                             BOOLEAN, PDMA_TRANSFER_INFO info) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (info->Version != DMA_TRANSFER_INFO_VERSION1 && info->Version != DMA_TRANSFER_INFO_VERSION2)
        return STATUS_NOT_SUPPORTED;
    const Pages pages = Pages::at_offset(mdl, offset, length);
    if (pages.at_end() || !pages.all_there()) return STATUS_INVALID_PARAMETER;
    const ULONG elements = count_elements(Adapter::of(adapter), pages);
    info->V1 = {pages.count(), elements, list_bytes(elements)};
    if (info->Version == DMA_TRANSFER_INFO_VERSION2) info->V2.LogicalPageCount = pages.count();
    return STATUS_SUCCESS;
}

/// An MDL of what the device sees, where that is a copy.
NTSTATUS NTAPI build_mdl(PDMA_ADAPTER, PSCATTER_GATHER_LIST list, PMDL original, PMDL* target) {
    if (original == nullptr) return STATUS_INVALID_PARAMETER;
    auto& transfer = *reinterpret_cast<Transfer*>(list->Reserved);
    if (!transfer.granted) {
        *target = original;  // its pages are the ones that the device sees
        return STATUS_SUCCESS;
    }
    if (transfer.built != nullptr) return STATUS_NONE_MAPPED;
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
            const uint64_t step =
                std::min<uint64_t>(kPage - (begin + at) % kPage, list->Elements[i].Length - at);
            at += step;
            done += step;
        }
    }
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    *target = transfer.built = mdl;
    return STATUS_SUCCESS;
}

}  // namespace dma
}  // namespace rsl::hal
