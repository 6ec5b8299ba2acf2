// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/arch/x64/descriptors.hpp"

#include "abi/types/exception.h"
#include "kernel/arch/x64/cpu.hpp"

extern "C" const char rsl_trap_stubs[];  // 256 of 16 bytes

namespace rsl::arch::x64 {
namespace {

struct Gate {
    uint16_t offset_low, selector;
    uint8_t stack;  // 1 to 7: from the task state; 0: the stack that is
    uint8_t type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};
static_assert(sizeof(Gate) == 16);
constexpr uint8_t kInterruptGate = 0x8E;  // present, ring 0, interrupts go off

struct __attribute__((packed)) TablePointer {
    uint16_t limit;
    uint64_t base;
};

constexpr uint8_t kNmi = 2, kDoubleFault = 8, kMachineCheck = 18;
constexpr uint64_t kStubBytes = 16;

constinit Gate gates[256] = {};
alignas(16) constinit uint8_t boot_fault_stacks[kFaultStacks][kFaultStackBytes] = {};

void fill_gates() {
    for (uint32_t vector = 0; vector < 256; ++vector) {
        const auto stub = reinterpret_cast<uint64_t>(rsl_trap_stubs) + vector * kStubBytes;
        const uint8_t stack = vector == kNmi ? 1 : vector == kDoubleFault ? 2 : vector == kMachineCheck ? 3 : 0;
        gates[vector] = {static_cast<uint16_t>(stub), kCodeSelector, stack, kInterruptGate,
                         static_cast<uint16_t>(stub >> 16), static_cast<uint32_t>(stub >> 32), 0};
    }
}

void fill_segments(ArchArea& area) {
    const auto task = reinterpret_cast<uint64_t>(&area.task);
    area.gdt[kCodeSelector / 8] = 0x00AF9B000000FFFF;
    area.gdt[kDataSelector / 8] = 0x00CF93000000FFFF;
    area.gdt[kTaskSelector / 8] = (sizeof(TaskState) - 1) | (task & 0xFFFFFF) << 16 | uint64_t{0x89} << 40 |
                                  ((task >> 24) & 0xFF) << 56;
    area.gdt[kTaskSelector / 8 + 1] = task >> 32;
    area.task.io_map = sizeof(TaskState);
}

void load_segments(ArchArea& area) {
    const TablePointer gdt{sizeof(area.gdt) - 1, reinterpret_cast<uint64_t>(area.gdt)};
    const TablePointer idt{sizeof(gates) - 1, reinterpret_cast<uint64_t>(gates)};
    asm volatile(
        "lgdt %0\n\t"
        "lidt %1\n\t"
        "movw %w2, %%ds\n\t"
        "movw %w2, %%es\n\t"
        "movw %w2, %%ss\n\t"
        "pushq %3\n\t"
        "leaq 1f(%%rip), %%rax\n\t"
        "pushq %%rax\n\t"
        "lretq\n"
        "1:\n\t"
        "ltr %w4"
        ::"m"(gdt), "m"(idt), "r"(kDataSelector), "i"(kCodeSelector), "r"(kTaskSelector)
        : "rax", "memory");
}

}  // namespace

void load_descriptors(ke::Processor& processor, void* const (&fault_stacks)[kFaultStacks]) {
    ArchArea& area = area_of(processor);
    fill_segments(area);
    for (uint32_t i = 0; i < kFaultStacks; ++i) {
        area.task.interrupt_stack[i] = reinterpret_cast<uint64_t>(fault_stacks[i]);
    }
    load_segments(area);
    processor.gdt = area.gdt;
    processor.tss = &area.task;
    processor.self = &processor;
    processor.current_prcb = &processor.mxcsr;
    processor.mxcsr = INITIAL_MXCSR;
    write_msr(kMsrGsBase, reinterpret_cast<uint64_t>(&processor));
}

void load_boot_descriptors(ke::Processor& processor) {
    fill_gates();
    void* const stacks[kFaultStacks] = {boot_fault_stacks[0] + kFaultStackBytes, boot_fault_stacks[1] + kFaultStackBytes,
                                        boot_fault_stacks[2] + kFaultStackBytes};
    load_descriptors(processor, stacks);
}

}  // namespace rsl::arch::x64
