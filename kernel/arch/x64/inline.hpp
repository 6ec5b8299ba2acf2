// SPDX-License-Identifier: GPL-2.0-only
// The primitives of arch.hpp that are one instruction or two, defined where they are called: under TCG a
// call and its return cost more than most of them. arch.hpp includes this in the VM's build.
#pragma once

#include <cstdint>

#include "abi/types/basic.h"
#include "kernel/arch/x64/cpu.hpp"

namespace rsl::arch {

inline KIRQL irql() {
    uint64_t level;
    asm volatile("mov %%cr8, %0" : "=r"(level)::"memory");
    return static_cast<KIRQL>(level);
}
inline void set_irql(KIRQL level) { asm volatile("mov %0, %%cr8" ::"r"(uint64_t{level}) : "memory"); }

inline bool interrupts_enabled() { return (x64::read_flags() & x64::kFlagInterrupt) != 0; }
inline bool disable_interrupts() {
    const bool were_on = interrupts_enabled();
    x64::interrupts_off();
    return were_on;
}
inline void restore_interrupts(bool were_on) {
    if (were_on) x64::interrupts_on();
}

inline ke::Processor& processor() {
    ke::Processor* self;
    asm volatile("movq %%gs:0x18, %0" : "=r"(self));
    return *self;
}
inline void pause() { asm volatile("pause" ::: "memory"); }

}  // namespace rsl::arch
