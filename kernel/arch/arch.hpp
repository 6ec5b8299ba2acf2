// SPDX-License-Identifier: GPL-2.0-only
// The processor, as the rest of the kernel sees it. Two implementations: arch/x64 for the VM and
// arch/hosted for unit tests, where a host thread plays a processor. Only arch/ has assembly.
#pragma once

#include <cstdint>

#include "abi/types/basic.h"

namespace rsl::ke {
struct Processor;
}

namespace rsl::arch {

// ---- Interrupt request level (CR8) and the interrupt flag ---------------------------------------

/// The current level.
KIRQL irql();
/// Writes the level, up or down, and nothing else. ke::lower_irql() also runs what became possible.
void set_irql(KIRQL level);
/// Turns maskable interrupts off; returns whether they were on.
bool disable_interrupts();
/// Undoes disable_interrupts(): pass what it returned.
void restore_interrupts(bool were_on);
bool interrupts_enabled();

// ---- This processor -----------------------------------------------------------------------------

/// This processor's block (gs:[0x18]). Stable only at DISPATCH_LEVEL or with interrupts off.
ke::Processor& processor();
/// One PAUSE. Every spin loop executes it: under TCG it lets the rest of the VM's host process work.
void pause();
/// Turns interrupts on and halts until the next one, without a race between the two.
void enable_and_halt();
/// Halts this processor for ever, interrupts off.
[[noreturn]] void halt_forever();

// ---- Time ---------------------------------------------------------------------------------------

/// Nanoseconds since boot. Monotonic on and across processors. Any IRQL.
uint64_t now_ns();
/// Ticks of the time-stamp counter, and its frequency in Hz.
uint64_t read_tsc();
uint64_t tsc_hz();
/// Arms this processor's one-shot timer for an absolute now_ns() time; 0 disarms it. When it fires,
/// ke::on_timer_interrupt() runs at CLOCK_LEVEL. A time in the past fires at once.
void arm_timer(uint64_t deadline_ns);

// ---- Other processors and software interrupts ---------------------------------------------------

enum class Ipi : uint8_t {
    kReschedule,  // ke::on_reschedule_ipi(), at IPI_LEVEL
    kCall,        // ke::on_call_ipi(): run what another processor queued, at IPI_LEVEL
    kFreeze,      // stop for ever: a bug check is in progress
};
void send_ipi(uint32_t processor_number, Ipi kind);
void send_ipi_to_others(Ipi kind);
/// Asks for ke::on_dispatch_interrupt() on this processor as soon as its IRQL is below
/// DISPATCH_LEVEL (a self-IPI at priority class 2), so that a driver's own write to CR8 delivers it.
void request_dispatch_interrupt();
/// The same for APC_LEVEL: ke::on_apc_interrupt().
void request_apc_interrupt();

/// Starts every processor that firmware lists, up to `limit`; each calls ke::secondary_start().
/// Returns how many run now, the caller included.
uint32_t start_processors(uint32_t limit);

// ---- Threads ------------------------------------------------------------------------------------

/// Where a thread that is not running left off. Non-volatile registers, XMM6-15 and MXCSR lie on its
/// stack.
struct ThreadContext {
    uint64_t stack_pointer = 0;
};

using ThreadEntry = void (*)(void* argument);
/// Lays out a fresh stack so that the first switch to it calls entry(argument), which never returns.
/// The unwinder stops there.
void prepare_context(ThreadContext& context, void* stack_top, ThreadEntry entry, void* argument);
/// Saves the caller into `from` and continues `to`. Interrupts off on both sides of the switch.
void switch_context(ThreadContext& from, const ThreadContext& to);
/// Calls routine(argument) on another stack and comes back (KeExpandKernelStackAndCallout, DPCs).
void call_on_stack(void* stack_top, void (*routine)(void*), void* argument);
/// Loads another address space (CR3) if it differs from the current one.
void switch_address_space(uint64_t page_table_root);

// ---- Machine ------------------------------------------------------------------------------------

/// Writes to the emergency console (the serial port). Any IRQL, any state; slow.
void console_write(const char* text, uint64_t bytes);
/// Ends the VM. QEMU exits with code 2 * value + 1.
[[noreturn]] void power_off(uint8_t value);

uint8_t port_read8(uint16_t port);
uint16_t port_read16(uint16_t port);
uint32_t port_read32(uint16_t port);
void port_write8(uint16_t port, uint8_t value);
void port_write16(uint16_t port, uint16_t value);
void port_write32(uint16_t port, uint32_t value);

}  // namespace rsl::arch

#if defined(RSL_GUEST)
#include "kernel/arch/x64/inline.hpp"
#endif
