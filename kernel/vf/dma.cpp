// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/dma.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/vf/dma_adapter.hpp"

namespace rsl::vf {

void check_buffer(const Caller& caller, PMDL mdl, PVOID current, uint64_t length) {
    constexpr CSHORT kResident = MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL;
    if (length == 0) {
        blame(caller, {0x21, 0, 0, 0, "the driver tried to map a zero-length buffer for a transfer",
                       "complete requests of no bytes without a transfer"});
    }
    if ((mdl->MdlFlags & kResident) == 0) {
        blame(caller, {0x0E, number_of(mdl), 0, 0,
                       "the driver tried a DMA transfer without locking the buffer",
                       "call MmProbeAndLockPages, or MmBuildMdlForNonPagedPool, first"});
    }
    const uint64_t offset = number_of(current) - (number_of(mdl->StartVa) + mdl->ByteOffset);
    if (offset >= mdl->ByteCount) {
        blame(caller, {0x1B, number_of(current), number_of(mdl), 0,
                       "the driver passed an address and an MDL that does not contain it",
                       "begin with MmGetMdlVirtualAddress(Mdl) and add what was transferred"});
    }
}

void check_flushed(const Caller& caller, Adapter& adapter) {
    const auto mapped = adapter.mapped_bytes.load(std::memory_order_relaxed);
    if (mapped <= 0) return;
    blame(caller, {0x0D, static_cast<uint64_t>(mapped), uint64_t{adapter.map_registers} * 0x1000, 0,
                   "the driver did not flush its adapter buffers",
                   "call FlushAdapterBuffers after the transfer, before the channel or the map "
                   "registers are freed"});
}

namespace {

// ---- The operations

VOID NTAPI put_adapter(PDMA_ADAPTER given) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    const struct {
        const std::atomic<int32_t>& counter;
        uint64_t code;
        const char* rule;
    } outstanding[] = {
        {adapter.common_buffers, 0x07,
         "the driver released an adapter without freeing its common buffers"},
        {adapter.channels, 0x08,
         "the driver released an adapter without freeing its adapter channel"},
        {adapter.registers, 0x09,
         "the driver released an adapter without freeing its map registers"},
        {adapter.lists, 0x0A,
         "the driver released an adapter without freeing its scatter/gather lists"},
    };
    for (const auto& check : outstanding) {
        if (value_of(check.counter) == 0) continue;
        blame(caller, {check.code, number_of(given), value_of(check.counter), number_of(&adapter),
                       check.rule, "free everything that the adapter gave before PutDmaAdapter"});
    }
    adapter.released = true;
    adapter.real->DmaOperations->PutDmaAdapter(adapter.real);
}

PVOID NTAPI allocate_common(PDMA_ADAPTER given, ULONG length, PPHYSICAL_ADDRESS logical,
                            BOOLEAN cached) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return tagged_common(adapter, length, [&](ULONG bytes) {
        return adapter.real->DmaOperations->AllocateCommonBuffer(adapter.real, bytes, logical,
                                                                 cached);
    });
}
/// Is it one of the driver's own memory? Then there is no tag behind it.
bool take_borrowed(Adapter& adapter, PVOID memory) {
    BorrowedBuffer* found = nullptr;
    {
        ke::SpinLockGuard guard{adapter.lock};
        for (BorrowedBuffer** at = &adapter.borrowed; *at != nullptr; at = &(*at)->next) {
            if ((*at)->address != memory) continue;
            found = *at;
            *at = found->next;
            break;
        }
    }
    mm::destroy(found);
    return found != nullptr;
}

VOID NTAPI free_common(PDMA_ADAPTER given, ULONG length, PHYSICAL_ADDRESS logical, PVOID memory,
                       BOOLEAN cached) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    check_counter(caller, take_one(adapter.common_buffers), 0x03,
                  "the driver freed too many DMA common buffers");
    if (take_borrowed(adapter, memory)) {
        adapter.real->DmaOperations->FreeCommonBuffer(adapter.real, length, logical, memory,
                                                      cached);
        return;
    }
    if (std::memcmp(static_cast<std::byte*>(memory) + length, &kTagBehind, sizeof(kTagBehind)) !=
        0) {
        blame(caller,
              {0x0F, 0x02, length, number_of(memory),
               "the driver or its device wrote beyond the end of a common buffer (or freed it with "
               "another length)",
               "look for the index or the length, in the driver and in what the device was told"});
    }
    adapter.real->DmaOperations->FreeCommonBuffer(adapter.real, length + sizeof(kTagBehind),
                                                  logical, memory, cached);
}

NTSTATUS NTAPI allocate_channel(PDMA_ADAPTER given, PDEVICE_OBJECT device, ULONG registers,
                                PDRIVER_CONTROL routine, PVOID context) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    expect_dispatch_level(caller);
    if (adapter.channels.load(std::memory_order_relaxed) != 0) {
        blame(caller, {0x0B, value_of(adapter.channels), 0, 0,
                       "the driver allocated an adapter channel while it has one",
                       "free the channel first"});
    }
    if (registers > adapter.map_registers) {
        blame(caller,
              {0x0C, registers, adapter.map_registers, 0,
               "the driver tried to allocate too many map registers",
               "ask for at most NumberOfMapRegisters of IoGetDmaAdapter, and split the transfer"});
    }
    WaitingCall* const call = begin_call({adapter, routine, nullptr, context, registers, nullptr});
    if (call == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS status = adapter.real->DmaOperations->AllocateAdapterChannel(
        adapter.real, device, registers, &run_channel, call);
    if (!NT_SUCCESS(status)) end_call(*call);
    return status;
}

BOOLEAN NTAPI flush(PDMA_ADAPTER given, PMDL mdl, PVOID base, PVOID current, ULONG length,
                    BOOLEAN to_device) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    if (adapter.mapped_bytes.load(std::memory_order_relaxed) <= 0) {
        blame(caller, {0x20, number_of(base), number_of(current), number_of(mdl),
                       "the driver tried to flush a map register that has not been mapped",
                       "flush once, after the transfer that MapTransfer began"});
    }
    adapter.mapped_bytes.store(0, std::memory_order_relaxed);
    return adapter.real->DmaOperations->FlushAdapterBuffers(adapter.real, mdl, base, current,
                                                            length, to_device);
}
VOID NTAPI free_channel(PDMA_ADAPTER given) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    check_flushed(caller, adapter);
    check_counter(caller, take_one(adapter.channels), 0x04,
                  "the driver freed too many DMA adapter channels");
    adapter.registers.store(0, std::memory_order_relaxed);
    adapter.real->DmaOperations->FreeAdapterChannel(adapter.real);
}
VOID NTAPI free_registers(PDMA_ADAPTER given, PVOID base, ULONG registers) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    check_flushed(caller, adapter);
    const auto count = static_cast<int32_t>(registers);
    check_counter(caller, adapter.registers.fetch_sub(count, std::memory_order_relaxed) - count,
                  0x05, "the driver freed too many DMA map registers");
    adapter.real->DmaOperations->FreeMapRegisters(adapter.real, base, registers);
}

PHYSICAL_ADDRESS NTAPI map_transfer(PDMA_ADAPTER given, PMDL mdl, PVOID base, PVOID current,
                                    PULONG length, BOOLEAN to_device) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    check_buffer(caller, mdl, current, *length);
    const PHYSICAL_ADDRESS address = adapter.real->DmaOperations->MapTransfer(
        adapter.real, mdl, base, current, length, to_device);
    adapter.mapped_bytes.fetch_add(static_cast<int32_t>(*length), std::memory_order_relaxed);
    return address;
}

ULONG NTAPI alignment(PDMA_ADAPTER given) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return adapter.real->DmaOperations->GetDmaAlignment(adapter.real);
}
ULONG NTAPI read_counter(PDMA_ADAPTER given) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return adapter.real->DmaOperations->ReadDmaCounter(adapter.real);
}

NTSTATUS NTAPI get_list(PDMA_ADAPTER given, PDEVICE_OBJECT device, PMDL mdl, PVOID current,
                        ULONG length, PDRIVER_LIST_CONTROL routine, PVOID context,
                        BOOLEAN to_device) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    expect_dispatch_level(caller);
    check_buffer(caller, mdl, current, length);
    add_one(adapter.lists);  // before: the routine may put it
    const NTSTATUS status = adapter.real->DmaOperations->GetScatterGatherList(
        adapter.real, device, mdl, current, length, routine, context, to_device);
    if (!NT_SUCCESS(status)) adapter.lists.fetch_sub(1, std::memory_order_relaxed);
    return status;
}
VOID NTAPI put_list(PDMA_ADAPTER given, PSCATTER_GATHER_LIST list, BOOLEAN to_device) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    expect_dispatch_level(caller);
    const int32_t now = take_one(adapter.lists);
    check_counter(caller, now, 0x06, "the driver freed too many DMA scatter/gather lists");
    adapter.real->DmaOperations->PutScatterGatherList(adapter.real, list, to_device);
}
NTSTATUS NTAPI calculate_list(PDMA_ADAPTER given, PMDL mdl, PVOID current, ULONG length,
                              PULONG bytes, PULONG registers) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return adapter.real->DmaOperations->CalculateScatterGatherList(adapter.real, mdl, current,
                                                                   length, bytes, registers);
}
NTSTATUS NTAPI build_list(PDMA_ADAPTER given, PDEVICE_OBJECT device, PMDL mdl, PVOID current,
                          ULONG length, PDRIVER_LIST_CONTROL routine, PVOID context,
                          BOOLEAN to_device, PVOID buffer, ULONG buffer_bytes) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    expect_dispatch_level(caller);
    check_buffer(caller, mdl, current, length);
    add_one(adapter.lists);
    const NTSTATUS status = adapter.real->DmaOperations->BuildScatterGatherList(
        adapter.real, device, mdl, current, length, routine, context, to_device, buffer,
        buffer_bytes);
    if (!NT_SUCCESS(status)) adapter.lists.fetch_sub(1, std::memory_order_relaxed);
    return status;
}
NTSTATUS NTAPI build_mdl(PDMA_ADAPTER given, PSCATTER_GATHER_LIST list, PMDL original,
                         PMDL* target) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    return adapter.real->DmaOperations->BuildMdlFromScatterGatherList(adapter.real, list, original,
                                                                      target);
}

constexpr DMA_OPERATIONS kSecondVersion = {
    RSL_DMA_OPERATIONS_V2_BYTES,
    &put_adapter,
    &allocate_common,
    &free_common,
    &allocate_channel,
    &flush,
    &free_channel,
    &free_registers,
    &map_transfer,
    &alignment,
    &read_counter,
    &get_list,
    &put_list,
    &calculate_list,
    &build_list,
    &build_mdl,
};

/// Of the version that the driver has asked for.
DMA_OPERATIONS operations_of(ULONG bytes) {
    DMA_OPERATIONS operations = kSecondVersion;
    operations.Size = bytes;
    if (bytes > RSL_DMA_OPERATIONS_V2_BYTES) add_version3(operations);
    return operations;
}

void forget(const WaitingCall& call) {
    ke::SpinLockGuard guard{call.adapter.lock};
    for (WaitingCall** at = &call.adapter.calls; *at != nullptr; at = &(*at)->next) {
        if (*at != &call) continue;
        *at = call.next;
        return;
    }
}

/// The call whose routine runs now.
WaitingCall take(void* context) {
    auto& listed = *static_cast<WaitingCall*>(context);
    forget(listed);
    const WaitingCall call = listed;
    mm::destroy(&listed);
    return call;
}

template <typename Visit>
void each_adapter(VerifiedDriver& driver, Visit&& visit) {
    constexpr size_t kMost = 64;
    Entry entries[kMost];
    const size_t found = driver.collect(Thing::kAdapter, entries, kMost);
    for (size_t i = 0; i < found && i < kMost; ++i)
        visit(*reinterpret_cast<Adapter*>(entries[i].address));
}

}  // namespace

WaitingCall* begin_call(const WaitingCall& call) {
    const auto made = mm::make<WaitingCall>(mm::pool_tag("VfDm"), call);
    if (!made) return nullptr;
    Adapter& adapter = call.adapter;
    add_one(call.routine != nullptr ? adapter.channels : adapter.lists);
    adapter.registers.fetch_add(static_cast<int32_t>(call.registers), std::memory_order_relaxed);
    ke::SpinLockGuard guard{adapter.lock};
    (*made)->next = adapter.calls;
    adapter.calls = *made;
    return *made;
}

void end_call(WaitingCall& call) {
    forget(call);
    (call.routine != nullptr ? call.adapter.channels : call.adapter.lists)
        .fetch_sub(1, std::memory_order_relaxed);
    call.adapter.registers.fetch_sub(static_cast<int32_t>(call.registers),
                                     std::memory_order_relaxed);
    mm::destroy(&call);
}

VOID NTAPI run_list(PDEVICE_OBJECT device, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context) {
    const WaitingCall call = take(context);
    call.list_routine(device, irp, list, call.context);
}

IO_ALLOCATION_ACTION NTAPI run_channel(PDEVICE_OBJECT device, PIRP irp, PVOID base, PVOID context) {
    const WaitingCall call = take(context);
    Adapter& adapter = call.adapter;
    adapter.held_registers =
        call.registers;  // before: the driver may free the channel in its routine
    const IO_ALLOCATION_ACTION action = call.routine(device, irp, base, call.context);
    const Caller caller(*adapter.driver, number_of(call.routine));
    if (action != KeepObject) {
        if (action == DeallocateObject) check_flushed(caller, adapter);
        adapter.channels.fetch_sub(1, std::memory_order_relaxed);
    }
    if (action == DeallocateObject) {
        adapter.registers.fetch_sub(static_cast<int32_t>(call.registers),
                                    std::memory_order_relaxed);
    }
    return action;
}

PDMA_ADAPTER wrap_adapter(VerifiedDriver& driver, uint64_t caller, PDMA_ADAPTER real,
                          ULONG map_registers) {
    const auto made = mm::make<Adapter>(mm::pool_tag("VfDm"));
    if (!made) return real;
    Adapter& adapter = **made;
    adapter.operations = operations_of(real->DmaOperations->Size);
    adapter.base = {real->Version, sizeof(Adapter), &adapter.operations};
    adapter.real = real;
    adapter.driver = &driver;
    adapter.made_by = caller;
    adapter.map_registers = map_registers;
    adapter.released = false;
    driver.note({.address = number_of(&adapter),
                 .bytes = sizeof(Adapter),
                 .caller = caller,
                 .thing = Thing::kAdapter});
    return &adapter.base;
}

void check_adapters(VerifiedDriver& driver, uint64_t routine) {
    each_adapter(driver, [&](Adapter& adapter) {
        if (adapter.released) return;
        Facts& facts = Facts::begin();
        facts.line("the adapter: 0x%llx, made at %s", number_of(&adapter),
                   place_text(adapter.made_by));
        stop(routine,
             {DRIVER_VERIFIER_DMA_VIOLATION,
              {0x11, 1, number_of(&adapter), number_of(&adapter)},
              "the driver is unloading without releasing a DMA adapter",
              "call PutDmaAdapter when the device is removed"},
             &facts);
    });
}

void release_adapters(VerifiedDriver& driver) {
    each_adapter(driver, [](Adapter& adapter) { mm::destroy(&adapter); });
}

}  // namespace rsl::vf
