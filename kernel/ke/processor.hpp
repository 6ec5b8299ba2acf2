// SPDX-License-Identifier: GPL-2.0-only
// The block of one processor, reached through GS. Its first 0x200 bytes keep the few offsets of NT's
// KPCR that drivers compile in (gs:[0x20], gs:[0x184], gs:[0x188], gs:[0x1a4]); the rest is ours.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "abi/types/ke.h"
#include "base/containers/intrusive_list.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::ke {

struct Thread;

/// One processor. Written by its own processor unless a field says otherwise.
struct Processor {
    // -- KPCR part; offsets are checked below.
    void* gdt;                   // 0x00
    void* tss;                   // 0x08
    void* user_rsp;              // 0x10
    Processor* self;             // 0x18
    void* current_prcb;          // 0x20, points at mxcsr below
    uint8_t kpcr_reserved[0x180 - 0x28];
    uint32_t mxcsr;              // 0x180, KPRCB begins here
    uint8_t legacy_number;       // 0x184
    uint8_t prcb_reserved_0[3];
    Thread* current_thread;      // 0x188
    Thread* next_thread;         // 0x190, guarded by the dispatcher lock
    Thread* idle_thread;         // 0x198
    uint8_t nesting_level;       // 0x1a0
    uint8_t prcb_reserved_1[3];
    uint32_t number;             // 0x1a4
    uint8_t prcb_reserved_2[0x200 - 0x1a8];

    // -- Ours.
    uint32_t apic_id;
    bool dpc_running;            // DPCs are being run: no thread switch, no nested run
    bool quantum_ended;          // the running thread used its time; acted on below DISPATCH_LEVEL
    std::atomic<bool> dpc_requested;
    std::atomic<bool> is_idle;
    void* dpc_stack_top;         // DPCs run here
    LIST_ENTRY dpc_queue;        // of KDPC::DpcListEntry, guarded by dpc_lock
    uint32_t dpc_depth;
    SpinLock dpc_lock{LockRank::kDpc};
    std::atomic<void*> call_requests;  // singly linked, pushed by other processors
    uint64_t interrupts, dpcs, switches, timer_interrupts;  // counted for `rsl inspect`
    uint64_t idle_ns;
    alignas(64) uint8_t arch_area[8192];  // arch/x64: TSS, GDT, fault stacks' bookkeeping
};

static_assert(offsetof(Processor, self) == 0x18);
static_assert(offsetof(Processor, current_prcb) == 0x20);
static_assert(offsetof(Processor, legacy_number) == 0x184);
static_assert(offsetof(Processor, current_thread) == 0x188);
static_assert(offsetof(Processor, number) == 0x1a4);

inline constexpr uint32_t kMaxProcessors = 16;
/// Processors that run, in order of their numbers. Written while starting only.
extern constinit Processor* processors[kMaxProcessors];
extern constinit std::atomic<uint32_t> processor_count;

// What arch calls. Each at the level that arch.hpp names, on the processor concerned.
void on_timer_interrupt();
void on_dispatch_interrupt();
void on_apc_interrupt();
void on_reschedule_ipi();
void on_call_ipi();
[[noreturn]] void secondary_start();

}  // namespace rsl::ke
