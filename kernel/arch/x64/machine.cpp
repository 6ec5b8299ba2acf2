// SPDX-License-Identifier: GPL-2.0-only
// The small primitives of arch.hpp: IRQL, the interrupt flag, ports, console, threads' contexts.
#include <atomic>

#include "abi/types/exception.h"
#include "boot/boot_info.h"
#include "kernel/arch/arch.hpp"
#include "kernel/arch/start.hpp"
#include "kernel/arch/x64/apic.hpp"
#include "kernel/arch/x64/cpu.hpp"
#include "kernel/ke/processor.hpp"

extern "C" {
void rsl_switch_context(uint64_t* save_stack_pointer, uint64_t stack_pointer);
void rsl_call_on_stack(void* stack_top, void (*routine)(void*), void* argument);
void rsl_thread_begin();
}

namespace rsl::arch {
namespace {

constinit std::atomic<bool> frozen = false;

// What rsl_switch_context leaves on a stack, lowest address first (switch.S).
struct SwitchFrame {
    uint64_t home[4];
    M128A xmm[10];
    uint32_t mxcsr, reserved;
    uint64_t r15, r14, r13, r12, rdi, rsi, rbx, rbp;
    uint64_t return_address;
    uint64_t end_of_stack;  // the return address of rsl_thread_begin: zero ends a stack walk
    uint64_t alignment;
};
static_assert(sizeof(SwitchFrame) == 0x120);
static_assert(offsetof(SwitchFrame, mxcsr) == 0xC0);
static_assert(offsetof(SwitchFrame, r15) == 0xC8);

}  // namespace

void enable_and_halt() { asm volatile("sti; hlt" ::: "memory"); }
void halt_forever() {
    for (;;) asm volatile("cli; hlt" ::: "memory");
}

void send_ipi_to_others(Ipi kind) {
    if (kind == Ipi::kFreeze) frozen.store(true, std::memory_order_release);  // pairs with stop_if_frozen()
    const uint32_t count = ke::processor_count.load(std::memory_order_acquire);  // pairs with initialize_processor()
    const uint32_t own = processor().number;
    for (uint32_t number = 0; number < count; ++number) {
        if (number != own) send_ipi(number, kind);
    }
}

void stop_if_frozen() {
    if (frozen.load(std::memory_order_acquire)) halt_forever();  // pairs with send_ipi_to_others()
}

void prepare_context(ThreadContext& context, void* stack_top, ThreadEntry entry, void* argument) {
    const uint64_t top = reinterpret_cast<uint64_t>(stack_top) & ~uint64_t{15};
    auto& frame = *reinterpret_cast<SwitchFrame*>(top - sizeof(SwitchFrame));
    frame = {};
    frame.mxcsr = INITIAL_MXCSR;
    frame.r12 = reinterpret_cast<uint64_t>(entry);
    frame.r13 = reinterpret_cast<uint64_t>(argument);
    frame.return_address = reinterpret_cast<uint64_t>(&rsl_thread_begin);
    context.stack_pointer = reinterpret_cast<uint64_t>(&frame);
}

void switch_context(ThreadContext& from, const ThreadContext& to) {
    rsl_switch_context(&from.stack_pointer, to.stack_pointer);
}
void call_on_stack(void* stack_top, void (*routine)(void*), void* argument) {
    rsl_call_on_stack(stack_top, routine, argument);
}
void switch_address_space(uint64_t page_table_root) {
    if (x64::read_cr3() == page_table_root) return;
    // Told before it is so: mm then knows which processors may still reach a page (mm/tlb.cpp).
    processor().loaded_root.store(page_table_root, std::memory_order_seq_cst);
    x64::write_cr3(page_table_root);
}

void console_write(const char* text, uint64_t bytes) {
    constexpr uint16_t kData = 0x3F8, kLineStatus = 0x3FD;
    constexpr uint8_t kCanTake = 0x20;
    constexpr uint32_t kPatience = 100000;  // reads: a console that nobody drains must not hang us
    for (uint64_t i = 0; i < bytes; ++i) {
        for (uint32_t tries = 0; tries < kPatience && (port_read8(kLineStatus) & kCanTake) == 0; ++tries) pause();
        port_write8(kData, static_cast<uint8_t>(text[i]));
    }
}

void power_off(uint8_t value) {
    port_write8(RSL_EXIT_PORT, value);
    halt_forever();
}

uint8_t port_read8(uint16_t port) {
    uint8_t value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}
uint16_t port_read16(uint16_t port) {
    uint16_t value;
    asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}
uint32_t port_read32(uint16_t port) {
    uint32_t value;
    asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}
void port_write8(uint16_t port, uint8_t value) { asm volatile("outb %0, %1" ::"a"(value), "Nd"(port) : "memory"); }
void port_write16(uint16_t port, uint16_t value) { asm volatile("outw %0, %1" ::"a"(value), "Nd"(port) : "memory"); }
void port_write32(uint16_t port, uint32_t value) { asm volatile("outl %0, %1" ::"a"(value), "Nd"(port) : "memory"); }

uint64_t processor_features() {
    struct Feature {
        uint32_t number;
        bool there;
    };
    const auto has = [](uint32_t word, uint32_t bit) { return (word >> bit & 1) != 0; };
    const x64::CpuidLeaf basic = x64::cpuid(1);
    const x64::CpuidLeaf structured = x64::cpuid(0).a >= 7 ? x64::cpuid(7) : x64::CpuidLeaf{};
    const x64::CpuidLeaf extended = x64::cpuid(0x80000001);
    // AVX and what needs XSAVE stay off: the kernel does not switch that state.
    const Feature features[] = {
        {2, true},   // compare-exchange of 8 bytes, MMX, SSE, RDTSC, PAE, SSE2, DAZ, NX: part of x64
        {3, true},  {6, true},  {8, true},  {9, true},  {10, true}, {11, true}, {12, true},
        {13, has(basic.c, 0)},        // SSE3
        {14, has(basic.c, 13)},       // compare-exchange of 16 bytes
        {23, true},                   // fast fail: interrupt 0x29
        {28, has(basic.c, 30)},       // RDRAND
        {32, has(extended.d, 27)},    // RDTSCP
        {33, has(structured.c, 22)},  // RDPID
        {36, has(basic.c, 9)},        // SSSE3
        {37, has(basic.c, 19)},       // SSE4.1
        {38, has(basic.c, 20)},       // SSE4.2
        {42, has(structured.b, 9)},   // fast string moves
    };
    uint64_t mask = 0;
    for (const Feature& feature : features) mask |= uint64_t{feature.there} << feature.number;
    return mask;
}

}  // namespace rsl::arch
