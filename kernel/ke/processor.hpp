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
struct CallRequest;

inline constexpr uint8_t kWantDispatch = 1;  // DPCs, timers or a thread switch
inline constexpr uint8_t kWantApc = 2;

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
    uint8_t nesting_level;       // 0x1a0, device, clock and IPI handlers running, not software
                                 // interrupts; arch counts
    uint8_t prcb_reserved_1[3];
    uint32_t number;             // 0x1a4
    uint8_t prcb_reserved_2[0x200 - 0x1a8];

    // -- Ours.
    uint32_t apic_id;
    std::atomic<uint64_t> loaded_root;  // page tables in use; 0: the kernel's. Others read it
    std::atomic<bool> flush_when_busy;  // translations of lower-half addresses are stale; idle till now
    /// What waits for a lower IRQL here: kWantDispatch, kWantApc. Set with interrupts off.
    std::atomic<uint8_t> software_wanted;
    bool dpc_running;            // DPCs are being run: no thread switch, no nested run
    std::atomic<bool> timer_work;  // the clock interrupt came; the timers are not looked at yet
    void* dpc_stack_top;         // DPCs run here
    KDPC* dpc_head;              // linked by DpcListEntry, guarded by dpc_lock
    KDPC* dpc_tail;
    uint32_t dpc_depth;
    SpinLock dpc_lock{LockRank::kDpc};
    std::atomic<CallRequest*> call_requests;  // pushed by other processors
    // Guarded by the dispatcher lock.
    KIRQL level_at_switch;       // CR8 as the last thread left it here
    std::atomic<uint64_t> armed_ns;  // what this processor's timer is armed for; 0: nothing
    bool halting;                // the running thread halts, as the idle thread would (halt.cpp)
    uint64_t halted_since_ns;
    uint64_t switches;
    // Counted here for `rsl inspect`.
    uint64_t interrupts, dpcs, timer_interrupts;
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

/// How long a processor has had nothing to do, without what goes on of it now. Any IRQL; may be a little late.
uint64_t idle_time_ns(const Processor& processor);

/// For mm: has a processor that idles forget its lower-half translations before it runs a thread again,
/// without an interrupt. False when it does not idle. Entries have been changed before the call.
bool defer_flush_if_idle(Processor& processor);

// ---- What arch calls, each on the processor concerned --------------------------------------------

/// First thing in an interrupt that found the processor idle: handlers read times that have to be right.
void on_wake_up();
/// The clock interrupt, interrupts off.
void on_timer_interrupt();
/// The software interrupts, at their level, interrupts on, after the end of interrupt was signalled
/// (they switch threads). They may find nothing to do: the work was done on another way.
void on_dispatch_interrupt();
void on_apc_interrupt();
/// Interrupts from other processors, interrupts off; calls at IPI_LEVEL.
void on_reschedule_ipi();
void on_call_ipi();
/// Last thing in every interrupt handler, after the end of interrupt was signalled and nesting_level
/// counted down, interrupts off. When software_wanted is not zero, arch calls this with the level that
/// was interrupted: it runs DPCs, switches threads and delivers APCs right here, which spares the
/// interrupt to ourselves. It may come back on another processor. Interrupts are off again after it.
void on_interrupt_exit(KIRQL interrupted);
/// A new processor's first call, on its boot stack, interrupts off, after initialize_processor().
[[noreturn]] void secondary_start();

}  // namespace rsl::ke
