// SPDX-License-Identifier: GPL-2.0-only
// Interrupt dispatch: raise CR8 to the vector's class, run the handler, signal the end, lower CR8, and
// let ke do what has become possible before the interrupted code goes on.
#include "kernel/arch/interrupts.hpp"

#include <atomic>

#include "base/core/check.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/arch/x64/apic.hpp"
#include "kernel/arch/x64/clock.hpp"
#include "kernel/arch/x64/cpu.hpp"
#include "kernel/arch/x64/trap_frame.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::arch {
namespace {

// A handler and its context change together: connecting writes the context first, the dispatcher
// reads the handler first.
struct Slot {
    std::atomic<InterruptHandler> handler = nullptr;
    std::atomic<void*> context = nullptr;
    std::atomic<HandlerKind> kind = HandlerKind::kAtItsLevel;
};
constinit Slot slots[kLastDeviceVector - kFirstDeviceVector + 1];
constinit std::atomic<uint64_t> strays = 0;

bool is_device_vector(uint8_t vector) { return vector >= kFirstDeviceVector && vector <= kLastDeviceVector; }

/// Vectors that are served with interrupts off from end to end, by code that does not look at the level: two writes of CR8, a
/// quarter of a microsecond, would be for nothing.
bool keeps_level(uint8_t vector) {
    if (vector == kTimerVector || vector == kRescheduleVector) return true;
    return is_device_vector(vector) &&
           slots[vector - kFirstDeviceVector].kind.load(std::memory_order_relaxed) == HandlerKind::kBrief;
}

void run_device_handler(uint8_t vector, bool brief) {
    if (!is_device_vector(vector)) {
        strays.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const Slot& slot = slots[vector - kFirstDeviceVector];
    const InterruptHandler handler = slot.handler.load(std::memory_order_acquire);  // pairs with set_interrupt_handler()
    if (handler == nullptr) {
        strays.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    void* const context = slot.context.load(std::memory_order_relaxed);
    if (brief) return handler(context, vector);
    x64::interrupts_on();
    handler(context, vector);
    x64::interrupts_off();
}

// The software interrupts may switch threads, so nothing of this processor is kept across them.
void run_software_interrupt(uint8_t vector) {
    x64::end_of_interrupt();
    x64::interrupts_on();
    if (vector == kDispatchVector) {
        ke::on_dispatch_interrupt();
    } else {
        ke::on_apc_interrupt();
    }
    x64::interrupts_off();
}

void run_hardware_interrupt(uint8_t vector, bool brief) {
    ke::Processor& here = processor();
    ++here.nesting_level;
    ++here.interrupts;
    if (here.current_thread == here.idle_thread || here.halting) ke::on_wake_up();
    switch (vector) {
        case kTimerVector: x64::on_timer(); break;
        case kRescheduleVector: ke::on_reschedule_ipi(); break;
        case kCallVector: ke::on_call_ipi(); break;
        default: run_device_handler(vector, brief); break;
    }
    x64::end_of_interrupt();
    --here.nesting_level;
}

}  // namespace

void set_interrupt_handler(uint8_t vector, InterruptHandler handler, void* context, HandlerKind kind) {
    RSL_CHECK(vector >= kFirstDeviceVector && vector <= kLastDeviceVector);
    Slot& slot = slots[vector - kFirstDeviceVector];
    slot.context.store(context, std::memory_order_relaxed);
    slot.kind.store(kind, std::memory_order_relaxed);
    slot.handler.store(handler, std::memory_order_release);  // pairs with run_device_handler()
}

uint64_t stray_interrupts() { return strays.load(std::memory_order_relaxed); }

}  // namespace rsl::arch

/// trap.S calls this with interrupts off and restores the frame with them off.
extern "C" void rsl_handle_interrupt(rsl::arch::x64::TrapFrame* frame) {
    using namespace rsl;
    const auto vector = static_cast<uint8_t>(frame->vector);
    if (vector == arch::kSpuriousVector) return;  // needs no end of interrupt
    const KIRQL interrupted = arch::irql();
    const bool keeps_level = arch::keeps_level(vector);
    if (!keeps_level) arch::set_irql(arch::irql_of_vector(vector));
    if (vector == arch::kDispatchVector || vector == arch::kApcVector) {
        arch::run_software_interrupt(vector);
    } else {
        arch::run_hardware_interrupt(vector, keeps_level);
    }
    if (!keeps_level) arch::set_irql(interrupted);
    if (arch::processor().software_wanted.load(std::memory_order_relaxed) != 0) {  // set by this processor
        ke::on_interrupt_exit(interrupted);  // from DISPATCH_LEVEL on it asks for a software interrupt
    }
}
