// SPDX-License-Identifier: GPL-2.0-only
// Halting in a thread that has nothing to do but wait for an interrupt's news, instead of handing the processor to the
// idle thread for it: no DPC, no event and no two thread switches until it goes on. After a halt everything is out of the
// caches, and under TCG that made most of a request's way.
//
// To the rest of the kernel such a processor is idle: whoever becomes ready, at any priority, has it at once, and the
// clock does not tick. Only where there is one processor: its interrupts come to the thread that waits for them.
#include "kernel/ke/dispatcher.hpp"

namespace rsl::ke {
namespace {

/// Nobody else has anything for it. Interrupts off.
bool may_halt(const Processor& processor) {
    return processor_count.load(std::memory_order_relaxed) == 1 && processor.next_thread == nullptr &&
           !is_anybody_ready(processor.number);
}

}  // namespace

uint64_t idle_time_ns(const Processor& processor) { return processor.idle_thread->run_ns; }

void end_halt(Processor& processor, uint64_t now) {
    if (!processor.halting) return;
    processor.halting = false;
    // Idle time, and not the thread's.
    processor.idle_thread->run_ns += now - processor.halted_since_ns;
    processor.current_thread->switched_in_ns = now;
}

bool halt_until(bool (*done)(void* context), void* context) {
    for (;;) {
        arch::disable_interrupts();
        Processor& processor = arch::processor();
        if (processor.software_wanted.load(std::memory_order_relaxed) != 0) {
            run_wanted(PASSIVE_LEVEL);
            arch::restore_interrupts(true);
            continue;
        }
        const bool is_done = done(context);
        if (is_done || !may_halt(processor)) {
            arch::restore_interrupts(true);
            if (!is_done) return false;
            DispatcherGuard guard;
            arm_tick_locked(processor, arch::now_ns());
            return true;
        }
        processor.halted_since_ns = arch::now_ns();
        processor.halting = true;
        arch::enable_and_halt();
        arch::disable_interrupts();
        end_halt(arch::processor(), arch::now_ns());  // unless another thread ran meanwhile
        arch::restore_interrupts(true);
    }
}

}  // namespace rsl::ke
