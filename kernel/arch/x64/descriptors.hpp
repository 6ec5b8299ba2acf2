// SPDX-License-Identifier: GPL-2.0-only
// Segment and interrupt descriptor tables, and the task state that keeps the stacks for faults which
// must not use the stack they find: NMI, double fault, machine check.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::arch::x64 {

// As on Windows: drivers see them in CONTEXT.
inline constexpr uint16_t kCodeSelector = 0x10;
inline constexpr uint16_t kDataSelector = 0x18;
inline constexpr uint16_t kTaskSelector = 0x40;

struct __attribute__((packed)) TaskState {
    uint32_t reserved_0;
    uint64_t privileged_stack[3];
    uint64_t reserved_1;
    uint64_t interrupt_stack[7];
    uint64_t reserved_2;
    uint16_t reserved_3;
    uint16_t io_map;
};
static_assert(sizeof(TaskState) == 104);

/// arch's part of a processor's block.
struct ArchArea {
    uint64_t gdt[10];
    TaskState task;
    uint64_t timer_deadline_ns;  // 0: not armed
};
static_assert(sizeof(ArchArea) <= sizeof(ke::Processor::arch_area));

inline ArchArea& area_of(ke::Processor& processor) {
    return *reinterpret_cast<ArchArea*>(processor.arch_area);
}

inline constexpr uint32_t kFaultStacks = 3;
inline constexpr uint64_t kFaultStackBytes = 12288;

/// Loads GDT, IDT, task state and GS of this processor. `fault_stacks`: kFaultStacks tops.
void load_descriptors(ke::Processor& processor, void* const (&fault_stacks)[kFaultStacks]);
/// The boot processor's, which exist before memory can be had.
void load_boot_descriptors(ke::Processor& processor);

}  // namespace rsl::arch::x64
