// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/dma.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint64_t kTagBehind = 0x3079667256616D44;  // "DmaVrfy0"

struct Adapter {
    DMA_ADAPTER base;
    PDMA_ADAPTER real;
    VerifiedDriver* driver;
    uint64_t made_by;
    ULONG map_registers;  // how many IoGetDmaAdapter gave
    bool released;
    std::atomic<int32_t> common_buffers, channels, registers, lists, mapped_bytes;
};

/// A routine that the driver gives to an operation, and what it belongs to.
struct ChannelCall {
    Adapter& adapter;
    PDRIVER_CONTROL routine;
    void* context;
    ULONG registers;
};

struct DmaFinding {
    uint64_t code, second, third, fourth;
    const char* rule;
    const char* advice;
};
[[noreturn]] void blame(const Caller& caller, const DmaFinding& f) {
    stop(caller,
         {DRIVER_VERIFIER_DMA_VIOLATION, {f.code, f.second, f.third, f.fourth}, f.rule, f.advice});
}

/// The adapter behind an operation; one that was put is a finding.
Adapter& enter(const Caller& caller, PDMA_ADAPTER given) {
    auto& adapter = *reinterpret_cast<Adapter*>(given);
    if (adapter.released) {
        blame(caller, {0x18, number_of(given), number_of(&adapter), 0,
                       "the driver used a DMA adapter that it has released",
                       "call PutDmaAdapter when the device is removed, after the last transfer"});
    }
    return adapter;
}

void expect_dispatch_level(const Caller& caller) {
    const KIRQL now = arch::irql();
    if (now == DISPATCH_LEVEL) return;
    blame(caller, {0x13, 0x1, DISPATCH_LEVEL, now,
                   "the driver called a DMA routine at another IRQL than DISPATCH_LEVEL",
                   "raise to DISPATCH_LEVEL around the call"});
}

void check_counter(const Caller& caller, int32_t now, uint64_t code, const char* rule) {
    if (now >= 0) return;
    blame(caller, {code, static_cast<uint64_t>(-now), 0, 0, rule, "free each once"});
}
int32_t take_one(std::atomic<int32_t>& counter) {
    return counter.fetch_sub(1, std::memory_order_relaxed) - 1;
}
void add_one(std::atomic<int32_t>& counter) { counter.fetch_add(1, std::memory_order_relaxed); }
uint64_t value_of(const std::atomic<int32_t>& counter) {
    return static_cast<uint64_t>(counter.load(std::memory_order_relaxed));
}

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
    if (adapter.driver->should_fail()) return nullptr;
    auto* memory = static_cast<std::byte*>(adapter.real->DmaOperations->AllocateCommonBuffer(
        adapter.real, length + sizeof(kTagBehind), logical, cached));
    if (memory == nullptr) return nullptr;
    std::memcpy(memory + length, &kTagBehind, sizeof(kTagBehind));
    add_one(adapter.common_buffers);
    return memory;
}
VOID NTAPI free_common(PDMA_ADAPTER given, ULONG length, PHYSICAL_ADDRESS logical, PVOID memory,
                       BOOLEAN cached) {
    RSL_VF_CALLER();
    Adapter& adapter = enter(caller, given);
    check_counter(caller, take_one(adapter.common_buffers), 0x03,
                  "the driver freed too many DMA common buffers");
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

IO_ALLOCATION_ACTION NTAPI run_channel(PDEVICE_OBJECT device, PIRP irp, PVOID base, PVOID context) {
    auto& call = *static_cast<ChannelCall*>(context);
    Adapter& adapter = call.adapter;
    const ULONG registers = call.registers;
    const IO_ALLOCATION_ACTION action = call.routine(device, irp, base, call.context);
    const Caller caller(*adapter.driver, number_of(call.routine));
    if (action != KeepObject) {
        if (action == DeallocateObject) check_flushed(caller, adapter);
        adapter.channels.fetch_sub(1, std::memory_order_relaxed);
    }
    if (action == DeallocateObject) {
        adapter.registers.fetch_sub(static_cast<int32_t>(registers), std::memory_order_relaxed);
    }
    return action;
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
    add_one(adapter.channels);
    adapter.registers.fetch_add(static_cast<int32_t>(registers), std::memory_order_relaxed);
    ChannelCall call{adapter, routine, context, registers};  // the routine runs before this returns
    const NTSTATUS status = adapter.real->DmaOperations->AllocateAdapterChannel(
        adapter.real, device, registers, &run_channel, &call);
    if (NT_SUCCESS(status)) return status;
    adapter.channels.fetch_sub(1, std::memory_order_relaxed);
    adapter.registers.fetch_sub(static_cast<int32_t>(registers), std::memory_order_relaxed);
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

constinit DMA_OPERATIONS operations = {
    sizeof(DMA_OPERATIONS),
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

template <typename Visit>
void each_adapter(VerifiedDriver& driver, Visit&& visit) {
    constexpr size_t kMost = 64;
    Entry entries[kMost];
    const size_t found = driver.collect(Thing::kAdapter, entries, kMost);
    for (size_t i = 0; i < found && i < kMost; ++i)
        visit(*reinterpret_cast<Adapter*>(entries[i].address));
}

}  // namespace

PDMA_ADAPTER wrap_adapter(VerifiedDriver& driver, uint64_t caller, PDMA_ADAPTER real,
                          ULONG map_registers) {
    const auto made = mm::make<Adapter>(mm::pool_tag("VfDm"));
    if (!made) return real;
    Adapter& adapter = **made;
    adapter.base = {real->Version, sizeof(Adapter), &operations};
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
