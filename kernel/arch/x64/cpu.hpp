// SPDX-License-Identifier: GPL-2.0-only
// Instructions that C++ has no words for. For arch/x64 only.
#pragma once

#include <cstdint>

namespace rsl::arch::x64 {

enum Msr : uint32_t {
    kMsrApicBase = 0x1B,
    kMsrTscDeadline = 0x6E0,
    kMsrX2ApicFirst = 0x800,
    kMsrGsBase = 0xC0000101,
};

inline uint64_t read_msr(uint32_t number) {
    uint32_t low, high;
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
    return uint64_t{high} << 32 | low;
}
inline void write_msr(uint32_t number, uint64_t value) {
    asm volatile("wrmsr" ::"c"(number), "a"(static_cast<uint32_t>(value)),
                 "d"(static_cast<uint32_t>(value >> 32))
                 : "memory");
}

struct CpuidLeaf {
    uint32_t a, b, c, d;
};
inline CpuidLeaf cpuid(uint32_t leaf, uint32_t subleaf = 0) {
    CpuidLeaf out;
    asm volatile("cpuid" : "=a"(out.a), "=b"(out.b), "=c"(out.c), "=d"(out.d) : "a"(leaf), "c"(subleaf));
    return out;
}

inline uint64_t read_flags() {
    uint64_t flags;
    asm volatile("pushfq; popq %0" : "=r"(flags)::"memory");
    return flags;
}
inline void interrupts_on() { asm volatile("sti" ::: "memory"); }
inline void interrupts_off() { asm volatile("cli" ::: "memory"); }

inline uint64_t read_cr3() {
    uint64_t value;
    asm volatile("mov %%cr3, %0" : "=r"(value));
    return value;
}
inline void write_cr3(uint64_t value) { asm volatile("mov %0, %%cr3" ::"r"(value) : "memory"); }

inline constexpr uint64_t kFlagInterrupt = 1 << 9;

}  // namespace rsl::arch::x64
