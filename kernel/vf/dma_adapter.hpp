// SPDX-License-Identifier: GPL-2.0-only
// What the operations of a verified driver's DMA adapter share: the adapter and the rules. dma.cpp
// has the operations of versions 1 and 2, dma_version3.cpp the others.
#pragma once

#include <atomic>

#include "abi/types/dma.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/vf/dma.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {

inline constexpr uint64_t kTagBehind = 0x3079667256616D44;  // "DmaVrfy0"

struct Adapter;

/// A routine that the driver gives to an operation, and what it belongs to. It may run long after
/// the operation has returned.
struct WaitingCall {
    Adapter& adapter;
    PDRIVER_CONTROL routine;            // of a channel with so many registers
    PDRIVER_LIST_CONTROL list_routine;  // or of a list
    void* context;
    ULONG registers;
    PVOID transfer_context;
    WaitingCall* next = nullptr;
};

struct BorrowedBuffer {
    PVOID address;
    BorrowedBuffer* next;
};

struct Adapter {
    DMA_ADAPTER base;
    DMA_OPERATIONS operations;
    PDMA_ADAPTER real;
    VerifiedDriver* driver;
    uint64_t made_by;
    ULONG map_registers;  // how many IoGetDmaAdapter gave
    bool released;
    std::atomic<int32_t> common_buffers, channels, registers, lists, mapped_bytes;
    ULONG held_registers;  // of the channel that the driver keeps
    ke::SpinLock lock{ke::LockRank::kIo};
    WaitingCall* calls RSL_GUARDED_BY(lock) = nullptr;  // of the routines that have not run yet
    BorrowedBuffer* borrowed RSL_GUARDED_BY(lock) =
        nullptr;  // common buffers of the driver's memory
};

struct DmaFinding {
    uint64_t code, second, third, fourth;
    const char* rule;
    const char* advice;
};
[[noreturn]] inline void blame(const Caller& caller, const DmaFinding& f) {
    stop(caller,
         {DRIVER_VERIFIER_DMA_VIOLATION, {f.code, f.second, f.third, f.fourth}, f.rule, f.advice});
}

/// The adapter behind an operation; one that was put is a finding.
inline Adapter& enter(const Caller& caller, PDMA_ADAPTER given) {
    auto& adapter = *reinterpret_cast<Adapter*>(given);
    if (adapter.released) {
        blame(caller, {0x18, number_of(given), number_of(&adapter), 0,
                       "the driver used a DMA adapter that it has released",
                       "call PutDmaAdapter when the device is removed, after the last transfer"});
    }
    return adapter;
}

inline void expect_dispatch_level(const Caller& caller) {
    const KIRQL now = arch::irql();
    if (now == DISPATCH_LEVEL) return;
    blame(caller, {0x13, 0x1, DISPATCH_LEVEL, now,
                   "the driver called a DMA routine at another IRQL than DISPATCH_LEVEL",
                   "raise to DISPATCH_LEVEL around the call"});
}

inline void check_counter(const Caller& caller, int32_t now, uint64_t code, const char* rule) {
    if (now >= 0) return;
    blame(caller, {code, static_cast<uint64_t>(-now), 0, 0, rule, "free each once"});
}
inline int32_t take_one(std::atomic<int32_t>& counter) {
    return counter.fetch_sub(1, std::memory_order_relaxed) - 1;
}
inline void add_one(std::atomic<int32_t>& counter) {
    counter.fetch_add(1, std::memory_order_relaxed);
}
inline uint64_t value_of(const std::atomic<int32_t>& counter) {
    return static_cast<uint64_t>(counter.load(std::memory_order_relaxed));
}

void check_buffer(const Caller& caller, PMDL mdl, PVOID current, uint64_t length);
void check_flushed(const Caller& caller, Adapter& adapter);

// ---- dma.cpp

/// Listed until its routine runs, and its channel and registers, or its list, counted; nullptr: no
/// memory.
WaitingCall* begin_call(const WaitingCall& call);
/// It will not run.
void end_call(WaitingCall& call);
/// Given to the real adapter in place of the driver's routine.
IO_ALLOCATION_ACTION NTAPI run_channel(PDEVICE_OBJECT device, PIRP irp, PVOID base, PVOID context);
VOID NTAPI run_list(PDEVICE_OBJECT device, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context);
/// A common buffer with a tag behind it, made by `allocate(bytes)`.
template <typename Allocate>
PVOID tagged_common(Adapter& adapter, ULONG length, Allocate&& allocate) {
    if (adapter.driver->should_fail()) return nullptr;
    auto* memory =
        static_cast<std::byte*>(allocate(length + static_cast<ULONG>(sizeof(kTagBehind))));
    if (memory == nullptr) return nullptr;
    __builtin_memcpy(memory + length, &kTagBehind, sizeof(kTagBehind));
    add_one(adapter.common_buffers);
    return memory;
}

// ---- dma_version3.cpp

/// Fills in the operations that version 3 has more.
void add_version3(DMA_OPERATIONS& operations);

}  // namespace rsl::vf
