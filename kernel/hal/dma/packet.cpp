// SPDX-License-Identifier: GPL-2.0-only
// Packets: a driver takes the channel with map registers, maps a transfer piece by piece or as a
// list, flushes, and frees the registers.
#include <algorithm>

#include "abi/types/status.h"
#include "kernel/hal/dma/adapter.hpp"
#include "kernel/ke/irql.hpp"

namespace rsl::hal::dma {
namespace {

struct ChannelRequest {
    PDMA_ADAPTER adapter;
    PDEVICE_OBJECT device;
    PDRIVER_CONTROL routine;  // none: the caller takes MapRegisterBase
    PVOID context;
};

/// MapRegisterBase is the Transfer, or the adapter where nothing is ever copied.
PVOID base_of(Transfer& transfer, PDMA_ADAPTER adapter) {
    return transfer.granted ? static_cast<PVOID>(&transfer) : adapter;
}
Transfer* transfer_of(PDMA_ADAPTER adapter, PVOID base) {
    return base != adapter ? static_cast<Transfer*>(base) : nullptr;
}

Channel::After run_channel(Transfer& transfer, const ChannelRequest& request) {
    PVOID const base = base_of(transfer, request.adapter);
    if (base != &transfer) transfer.free();  // it was only in line
    if (request.routine == nullptr) return Channel::After::kHold;
    const auto action =
        request.routine(request.device, request.device->CurrentIrp, base, request.context);
    if (action == KeepObject) return Channel::After::kHold;
    // With DeallocateObjectKeepRegisters they are the driver's until FreeMapRegisters.
    if (action == DeallocateObject && base == &transfer) transfer.free();
    return Channel::After::kFree;
}

void free_transfer(Channel::Waiter& waiter) { Transfer::of(waiter).free(); }

NTSTATUS start_channel(const ChannelRequest& request, ULONG registers, TransferContext* context,
                       Channel::Line line, PVOID* base) {
    Adapter& adapter = Adapter::of(request.adapter);
    if (registers > adapter.map_registers) return STATUS_INSUFFICIENT_RESOURCES;
    if (!adapter.copies) registers = 0;
    constexpr ULONG kPiecesEach =
        4;  // a chain of small MDLs has many in a page; MapTransfer takes what there is room for
    Transfer* transfer = Transfer::make(adapter.channel, registers, registers * kPiecesEach);
    if (transfer == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    transfer->drop = transfer->abandon = &free_transfer;
    if (base != nullptr) *base = registers != 0 ? static_cast<PVOID>(transfer) : request.adapter;
    const Status status = transfer->start(request, &run_channel, context, line);
    if (status != Status::kSuccess) {
        if (base != nullptr) *base = nullptr;
        transfer->free();
    }
    return status.nt();
}

}  // namespace

NTSTATUS NTAPI initialize_context(PDMA_ADAPTER adapter, PVOID context) {
    if (context == nullptr) return STATUS_INVALID_PARAMETER;
    Channel::initialize(*static_cast<TransferContext*>(context), adapter);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI allocate_channel(PDMA_ADAPTER adapter, PDEVICE_OBJECT device, ULONG registers,
                                PDRIVER_CONTROL routine, PVOID context) {
    RSL_IRQL_AT_LEAST(DISPATCH_LEVEL);
    return start_channel({adapter, device, routine, context}, registers, nullptr,
                         Channel::Line::kWait, nullptr);
}

NTSTATUS NTAPI allocate_channel_ex(PDMA_ADAPTER adapter, PDEVICE_OBJECT device,
                                   PVOID transfer_context, ULONG registers, ULONG flags,
                                   PDRIVER_CONTROL routine, PVOID context, PVOID* base) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const bool synchronous = (flags & DMA_SYNCHRONOUS_CALLBACK) != 0;
    TransferContext* const in = context_of(adapter, transfer_context);
    if (in == nullptr || (flags & ~static_cast<ULONG>(DMA_SYNCHRONOUS_CALLBACK)) != 0)
        return STATUS_INVALID_PARAMETER;
    if (routine == nullptr && (base == nullptr || !synchronous)) return STATUS_INVALID_PARAMETER;
    if (base != nullptr && !synchronous) return STATUS_INVALID_PARAMETER;
    return start_channel({adapter, device, routine, context}, registers, in,
                         synchronous ? Channel::Line::kOnlyNow : Channel::Line::kWait, base);
}

BOOLEAN NTAPI cancel_channel(PDMA_ADAPTER adapter, PDEVICE_OBJECT, PVOID transfer_context) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    TransferContext* const in = context_of(adapter, transfer_context);
    return in != nullptr && Adapter::of(adapter).channel.cancel(*in);
}

PHYSICAL_ADDRESS NTAPI map_transfer(PDMA_ADAPTER adapter, PMDL mdl, PVOID base, PVOID current,
                                    PULONG length, BOOLEAN write) {
    Pages pages(mdl, current, *length);
    uint64_t address = 0;
    *length = pages.at_end() ? 0
                             : map_piece(Adapter::of(adapter), pages, transfer_of(adapter, base),
                                         write != FALSE, address);
    PHYSICAL_ADDRESS begin = {};
    if (*length != 0) begin.QuadPart = static_cast<LONGLONG>(address);
    return begin;
}

NTSTATUS NTAPI map_transfer_ex(PDMA_ADAPTER adapter, PMDL mdl, PVOID base, ULONGLONG offset, ULONG,
                               PULONG length, BOOLEAN write, PSCATTER_GATHER_LIST list, ULONG bytes,
                               PDMA_COMPLETION_ROUTINE completion, PVOID) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    // Without a list a bus master learns no address; and nobody would ever call the completion
    // routine of one.
    if (mdl == nullptr || base == nullptr || list == nullptr || completion != nullptr)
        return STATUS_INVALID_PARAMETER;
    if (bytes < list_bytes(1)) return STATUS_INVALID_PARAMETER;
    Pages pages = Pages::at_offset(mdl, offset, *length);
    if (!pages.all_there()) return STATUS_INVALID_PARAMETER;
    const Adapter& self = Adapter::of(adapter);
    const ULONG most =
        self.one_piece
            ? 1
            : static_cast<ULONG>((bytes - list_bytes(0)) / sizeof(SCATTER_GATHER_ELEMENT));
    const ULONG wanted = *length;
    *list = {};
    while (!pages.at_end() && list->NumberOfElements < most) {
        uint64_t address = 0;
        const uint32_t mapped =
            map_piece(self, pages, transfer_of(adapter, base), write != FALSE, address);
        if (mapped == 0) break;
        add_element(*list, address, mapped);
    }
    if (wanted != 0 && list->NumberOfElements == 0) return STATUS_INSUFFICIENT_RESOURCES;
    *length = wanted - pages.left();
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI flush(PDMA_ADAPTER adapter, PMDL, PVOID base, PVOID, ULONG, BOOLEAN write) {
    if (Transfer* transfer = transfer_of(adapter, base)) transfer->finish(write != FALSE);
    return TRUE;  // caches are coherent
}

NTSTATUS NTAPI flush_ex(PDMA_ADAPTER adapter, PMDL mdl, PVOID base, ULONGLONG offset, ULONG length,
                        BOOLEAN write) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (mdl == nullptr || base == nullptr || !Pages::at_offset(mdl, offset, length).all_there())
        return STATUS_INVALID_PARAMETER;
    return flush(adapter, mdl, base, nullptr, length, write) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

VOID NTAPI free_channel(PDMA_ADAPTER adapter) { free_object(adapter, DeallocateObject); }

VOID NTAPI free_object(PDMA_ADAPTER adapter, IO_ALLOCATION_ACTION action) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (action != DeallocateObject && action != DeallocateObjectKeepRegisters) return;
    Adapter::of(adapter).channel.release(action == DeallocateObject ? Channel::Registers::kDrop
                                                                    : Channel::Registers::kKeep);
}

VOID NTAPI free_registers(PDMA_ADAPTER adapter, PVOID base, ULONG) {
    if (Transfer* transfer = transfer_of(adapter, base)) transfer->free();
}

}  // namespace rsl::hal::dma
