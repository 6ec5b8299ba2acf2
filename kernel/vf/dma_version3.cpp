// SPDX-License-Identifier: GPL-2.0-only
// What version 3 of the DMA operations has more. Several packets may be under way at once and be
// flushed in any order, so bytes that are mapped are not counted here.
#include "abi/types/status.h"
#include "kernel/vf/dma_adapter.hpp"

namespace rsl::vf {
namespace {

const DMA_OPERATIONS& real_of(const Adapter& adapter) { return *adapter.real->DmaOperations; }

/// The buffer of a list or packet that begins at an offset of a chain.
void check_chain(const Caller& caller, PMDL mdl, ULONGLONG offset, ULONG length) {
    while (mdl != nullptr && mdl->Next != nullptr && offset >= mdl->ByteCount) {
        offset -= mdl->ByteCount;
        mdl = mdl->Next;
    }
    if (mdl == nullptr) return;  // refused
    const uint64_t begin = number_of(mdl->StartVa) + mdl->ByteOffset + offset;
    check_buffer(caller, mdl, reinterpret_cast<PVOID>(begin), length);
}

/// The driver has the channel without a routine.
void keep_channel(Adapter& adapter, ULONG registers) {
    add_one(adapter.channels);
    adapter.registers.fetch_add(static_cast<int32_t>(registers), std::memory_order_relaxed);
    adapter.held_registers = registers;
}

NTSTATUS NTAPI adapter_info(PDMA_ADAPTER given, PDMA_ADAPTER_INFO info) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).GetDmaAdapterInfo(adapter.real, info);
}
NTSTATUS NTAPI transfer_info(PDMA_ADAPTER given, PMDL mdl, ULONGLONG offset, ULONG length,
                             BOOLEAN write_only, PDMA_TRANSFER_INFO info) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).GetDmaTransferInfo(adapter.real, mdl, offset, length, write_only, info);
}
NTSTATUS NTAPI initialize_context(PDMA_ADAPTER given, PVOID context) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).InitializeDmaTransferContext(adapter.real, context);
}
PVOID NTAPI allocate_common_ex(PDMA_ADAPTER given, PPHYSICAL_ADDRESS maximum, ULONG length,
                               PPHYSICAL_ADDRESS logical, BOOLEAN cached, NODE_REQUIREMENT node) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return tagged_common(adapter, length, [&](ULONG bytes) {
        return real_of(adapter).AllocateCommonBufferEx(adapter.real, maximum, bytes, logical,
                                                       cached, node);
    });
}
PVOID NTAPI allocate_common_bounded(PDMA_ADAPTER given, PPHYSICAL_ADDRESS minimum,
                                    PPHYSICAL_ADDRESS maximum, ULONG length, ULONG flags,
                                    MEMORY_CACHING_TYPE* caching, NODE_REQUIREMENT node,
                                    PPHYSICAL_ADDRESS logical) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return tagged_common(adapter, length, [&](ULONG bytes) {
        return real_of(adapter).AllocateCommonBufferWithBounds(
            adapter.real, minimum, maximum, bytes, flags, caching, node, logical);
    });
}
NTSTATUS NTAPI create_common(PDMA_ADAPTER given, PMDL mdl,
                             PDMA_COMMON_BUFFER_EXTENDED_CONFIGURATION configs, ULONG count,
                             PPHYSICAL_ADDRESS logical) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    const auto made = mm::make<BorrowedBuffer>(mm::pool_tag("VfDm"));
    if (!made) return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS status =
        real_of(adapter).CreateCommonBufferFromMdl(adapter.real, mdl, configs, count, logical);
    if (!NT_SUCCESS(status)) {
        mm::destroy(*made);
        return status;
    }
    uint64_t offset = 0;
    for (ULONG i = 0; i < count; ++i) {
        if (configs[i].ConfigType == CommonBufferConfigTypeSubSection)
            offset = configs[i].SubSection.Offset;
    }
    for (; offset >= mdl->ByteCount; mdl = mdl->Next) offset -= mdl->ByteCount;
    (*made)->address = static_cast<std::byte*>(mdl->MappedSystemVa) + offset;
    add_one(adapter.common_buffers);
    ke::SpinLockGuard guard{adapter.lock};
    (*made)->next = adapter.borrowed;
    adapter.borrowed = *made;
    return status;
}

NTSTATUS NTAPI allocate_channel_ex(PDMA_ADAPTER given, PDEVICE_OBJECT device,
                                   PVOID transfer_context, ULONG registers, ULONG flags,
                                   PDRIVER_CONTROL routine, PVOID context, PVOID* base) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    if (registers > adapter.map_registers) {
        blame(caller,
              {0x0C, registers, adapter.map_registers, 0,
               "the driver tried to allocate too many map registers",
               "ask for at most NumberOfMapRegisters of IoGetDmaAdapter, and split the transfer"});
    }
    if (routine == nullptr) {
        const NTSTATUS status = real_of(adapter).AllocateAdapterChannelEx(
            adapter.real, device, transfer_context, registers, flags, nullptr, nullptr, base);
        if (NT_SUCCESS(status)) keep_channel(adapter, registers);
        return status;
    }
    WaitingCall* const call =
        begin_call({adapter, routine, nullptr, context, registers, transfer_context});
    if (call == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS status = real_of(adapter).AllocateAdapterChannelEx(
        adapter.real, device, transfer_context, registers, flags, &run_channel, call, base);
    if (!NT_SUCCESS(status)) end_call(*call);
    return status;
}

NTSTATUS NTAPI configure_channel(PDMA_ADAPTER given, ULONG function, PVOID context) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).ConfigureAdapterChannel(adapter.real, function, context);
}

BOOLEAN NTAPI cancel_channel(PDMA_ADAPTER given, PDEVICE_OBJECT device, PVOID transfer_context) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    WaitingCall* call = nullptr;
    {
        ke::SpinLockGuard guard{adapter.lock};
        for (call = adapter.calls; call != nullptr && call->transfer_context != transfer_context;)
            call = call->next;
    }
    if (!real_of(adapter).CancelAdapterChannel(adapter.real, device, transfer_context))
        return FALSE;  // it may have run meanwhile
    if (call != nullptr) end_call(*call);
    return TRUE;
}

NTSTATUS NTAPI map_transfer_ex(PDMA_ADAPTER given, PMDL mdl, PVOID base, ULONGLONG offset,
                               ULONG device_offset, PULONG length, BOOLEAN write,
                               PSCATTER_GATHER_LIST list, ULONG bytes,
                               PDMA_COMPLETION_ROUTINE completion, PVOID context) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    check_chain(caller, mdl, offset, *length);
    return real_of(adapter).MapTransferEx(adapter.real, mdl, base, offset, device_offset, length,
                                          write, list, bytes, completion, context);
}
NTSTATUS NTAPI flush_ex(PDMA_ADAPTER given, PMDL mdl, PVOID base, ULONGLONG offset, ULONG length,
                        BOOLEAN write) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).FlushAdapterBuffersEx(adapter.real, mdl, base, offset, length, write);
}

/// A list by `make(routine, context)`: counted before, as the routine may put it.
template <typename Make>
NTSTATUS make_list(Adapter& adapter, PDRIVER_LIST_CONTROL routine, PVOID context,
                   PVOID transfer_context, Make&& make) {
    if (routine == nullptr) {
        const NTSTATUS status = make(nullptr, nullptr);
        if (NT_SUCCESS(status)) {
            add_one(adapter.lists);
            keep_channel(adapter, 0);
        }
        return status;
    }
    WaitingCall* const call = begin_call({adapter, nullptr, routine, context, 0, transfer_context});
    if (call == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS status = make(&run_list, call);
    if (!NT_SUCCESS(status)) end_call(*call);
    return status;
}

NTSTATUS NTAPI get_list_ex(PDMA_ADAPTER given, PDEVICE_OBJECT device, PVOID transfer_context,
                           PMDL mdl, ULONGLONG offset, ULONG length, ULONG flags,
                           PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write,
                           PDMA_COMPLETION_ROUTINE completion, PVOID completion_context,
                           PSCATTER_GATHER_LIST* list) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    check_chain(caller, mdl, offset, length);
    return make_list(adapter, routine, context, transfer_context,
                     [&](PDRIVER_LIST_CONTROL ours, PVOID call) {
                         return real_of(adapter).GetScatterGatherListEx(
                             adapter.real, device, transfer_context, mdl, offset, length, flags,
                             ours, call, write, completion, completion_context, list);
                     });
}
NTSTATUS NTAPI build_list_ex(PDMA_ADAPTER given, PDEVICE_OBJECT device, PVOID transfer_context,
                             PMDL mdl, ULONGLONG offset, ULONG length, ULONG flags,
                             PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write,
                             PVOID buffer, ULONG bytes, PDMA_COMPLETION_ROUTINE completion,
                             PVOID completion_context, PVOID list) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    check_chain(caller, mdl, offset, length);
    return make_list(
        adapter, routine, context, transfer_context, [&](PDRIVER_LIST_CONTROL ours, PVOID call) {
            return real_of(adapter).BuildScatterGatherListEx(
                adapter.real, device, transfer_context, mdl, offset, length, flags, ours, call,
                write, buffer, bytes, completion, completion_context, list);
        });
}

VOID NTAPI free_object(PDMA_ADAPTER given, IO_ALLOCATION_ACTION action) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    if (action == DeallocateObject || action == DeallocateObjectKeepRegisters) {
        check_counter(caller, take_one(adapter.channels), 0x04,
                      "the driver freed too many DMA adapter channels");
    }
    if (action == DeallocateObject) {
        adapter.registers.fetch_sub(static_cast<int32_t>(adapter.held_registers),
                                    std::memory_order_relaxed);
    }
    real_of(adapter).FreeAdapterObject(adapter.real, action);
}

NTSTATUS NTAPI cancel_mapped(PDMA_ADAPTER given, PVOID context) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).CancelMappedTransfer(adapter.real, context);
}
NTSTATUS NTAPI allocate_in_domain(PDMA_ADAPTER given, HANDLE domain, PPHYSICAL_ADDRESS maximum,
                                  ULONG length, ULONG flags, MEMORY_CACHING_TYPE* caching,
                                  NODE_REQUIREMENT node, PPHYSICAL_ADDRESS logical, PVOID* memory) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).AllocateDomainCommonBuffer(adapter.real, domain, maximum, length, flags,
                                                       caching, node, logical, memory);
}
NTSTATUS NTAPI flush_buffer(PDMA_ADAPTER given, PMDL mdl, BOOLEAN read) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).FlushDmaBuffer(adapter.real, mdl, read);
}
NTSTATUS NTAPI join_domain(PDMA_ADAPTER given, HANDLE domain) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).JoinDmaDomain(adapter.real, domain);
}
NTSTATUS NTAPI leave_domain(PDMA_ADAPTER given) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).LeaveDmaDomain(adapter.real);
}
HANDLE NTAPI get_domain(PDMA_ADAPTER given) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return real_of(adapter).GetDmaDomain(adapter.real);
}

// A vector counts as one common buffer until it is freed.
NTSTATUS NTAPI allocate_vector(PDMA_ADAPTER given, PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high,
                               MEMORY_CACHING_TYPE caching, ULONG node, ULONG flags, ULONG count,
                               ULONGLONG size, PDMA_COMMON_BUFFER_VECTOR* vector) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    if (adapter.driver->should_fail()) return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS status = real_of(adapter).AllocateCommonBufferVector(
        adapter.real, low, high, caching, node, flags, count, size, vector);
    if (NT_SUCCESS(status)) add_one(adapter.common_buffers);
    return status;
}
VOID NTAPI get_from_vector(PDMA_ADAPTER given, PDMA_COMMON_BUFFER_VECTOR vector, ULONG index,
                           PVOID* memory, PPHYSICAL_ADDRESS logical) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    real_of(adapter).GetCommonBufferFromVectorByIndex(adapter.real, vector, index, memory, logical);
}
VOID NTAPI free_from_vector(PDMA_ADAPTER given, PDMA_COMMON_BUFFER_VECTOR vector, ULONG index) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    real_of(adapter).FreeCommonBufferFromVector(adapter.real, vector, index);
}
VOID NTAPI free_vector(PDMA_ADAPTER given, PDMA_COMMON_BUFFER_VECTOR vector) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    check_counter(caller, take_one(adapter.common_buffers), 0x03,
                  "the driver freed too many DMA common buffers");
    real_of(adapter).FreeCommonBufferVector(adapter.real, vector);
}

}  // namespace

void add_version3(DMA_OPERATIONS& operations) {
    operations.GetDmaAdapterInfo = &adapter_info;
    operations.GetDmaTransferInfo = &transfer_info;
    operations.InitializeDmaTransferContext = &initialize_context;
    operations.AllocateCommonBufferEx = &allocate_common_ex;
    operations.AllocateAdapterChannelEx = &allocate_channel_ex;
    operations.ConfigureAdapterChannel = &configure_channel;
    operations.CancelAdapterChannel = &cancel_channel;
    operations.MapTransferEx = &map_transfer_ex;
    operations.GetScatterGatherListEx = &get_list_ex;
    operations.BuildScatterGatherListEx = &build_list_ex;
    operations.FlushAdapterBuffersEx = &flush_ex;
    operations.FreeAdapterObject = &free_object;
    operations.CancelMappedTransfer = &cancel_mapped;
    operations.AllocateDomainCommonBuffer = &allocate_in_domain;
    operations.FlushDmaBuffer = &flush_buffer;
    operations.JoinDmaDomain = &join_domain;
    operations.LeaveDmaDomain = &leave_domain;
    operations.GetDmaDomain = &get_domain;
    operations.AllocateCommonBufferWithBounds = &allocate_common_bounded;
    operations.AllocateCommonBufferVector = &allocate_vector;
    operations.GetCommonBufferFromVectorByIndex = &get_from_vector;
    operations.FreeCommonBufferFromVector = &free_from_vector;
    operations.FreeCommonBufferVector = &free_vector;
    operations.CreateCommonBufferFromMdl = &create_common;
}

}  // namespace rsl::vf
