// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/arch/hosted/processor.hpp"

#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "kernel/arch/arch.hpp"

namespace rsl::arch {
namespace hosted {
namespace {
constinit std::atomic<uint32_t> next_number = 0;
}

HostedProcessor::HostedProcessor() {
    block.self = &block;
    block.current_prcb = &block.mxcsr;
    block.number = next_number.fetch_add(1, std::memory_order_relaxed);
    block.legacy_number = static_cast<uint8_t>(block.number);
    block.apic_id = block.number;
}

HostedProcessor& this_processor() {
    static thread_local HostedProcessor processor;
    return processor;
}

}  // namespace hosted

using hosted::this_processor;

KIRQL irql() { return this_processor().irql; }
void set_irql(KIRQL level) { this_processor().irql = level; }
bool disable_interrupts() {
    const bool were_on = this_processor().interrupts_enabled;
    this_processor().interrupts_enabled = false;
    return were_on;
}
void restore_interrupts(bool were_on) {
    if (were_on) this_processor().interrupts_enabled = true;
}
bool interrupts_enabled() { return this_processor().interrupts_enabled; }

ke::Processor& processor() { return this_processor().block; }
void pause() { ::sched_yield(); }  // a host thread that spins waits for one that may not run
void enable_and_halt() {
    this_processor().interrupts_enabled = true;
    ::sched_yield();
}
void halt_forever() { std::abort(); }

uint64_t now_ns() {
    timespec now = {};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}
uint64_t read_tsc() { return now_ns(); }
uint64_t tsc_hz() { return 1'000'000'000; }
void arm_timer(uint64_t deadline_ns) { this_processor().timer_deadline_ns = deadline_ns; }

void send_ipi(uint32_t, Ipi) { ++this_processor().ipis_sent; }
void send_ipi_to_others(Ipi) { ++this_processor().ipis_sent; }
void request_dispatch_interrupt() { this_processor().dispatch_requested = true; }
void request_apc_interrupt() { this_processor().apc_requested = true; }
uint32_t start_processors(uint32_t) { return 1; }

// A host thread has one stack: threads of the kernel do not run on the host.
void prepare_context(ThreadContext& context, void* stack_top, ThreadEntry, void*) {
    context.stack_pointer = reinterpret_cast<uint64_t>(stack_top);
}
void switch_context(ThreadContext&, const ThreadContext&) { std::abort(); }
void call_on_stack(void*, void (*routine)(void*), void* argument) { routine(argument); }
void switch_address_space(uint64_t page_table_root) { this_processor().address_space_root = page_table_root; }

void console_write(const char* text, uint64_t bytes) {
    while (bytes != 0) {
        const ssize_t written = ::write(STDERR_FILENO, text, bytes);
        if (written <= 0) return;
        text += written;
        bytes -= static_cast<uint64_t>(written);
    }
}
void power_off(uint8_t value) { std::exit(2 * value + 1); }

// Ports are hardware: a test that gets here tests the wrong thing.
uint8_t port_read8(uint16_t) { std::abort(); }
uint16_t port_read16(uint16_t) { std::abort(); }
uint32_t port_read32(uint16_t) { std::abort(); }
void port_write8(uint16_t, uint8_t) { std::abort(); }
void port_write16(uint16_t, uint16_t) { std::abort(); }
void port_write32(uint16_t, uint32_t) { std::abort(); }

}  // namespace rsl::arch
