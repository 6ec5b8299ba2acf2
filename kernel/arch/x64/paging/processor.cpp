// SPDX-License-Identifier: GPL-2.0-only
// What page tables need of the processor itself: control bits, the attribute table, the TLB.
#include "kernel/arch/paging.hpp"

namespace rsl::arch {
namespace {

constexpr uint32_t kEferMsr = 0xC0000080;
constexpr uint64_t kEferNoExecute = 1 << 11;
constexpr uint32_t kAttributeTableMsr = 0x277;
// Entry 0 write-back, 1 write-combining, 2 uncached unless the MTRRs combine, 3 uncached; then the
// same with write-through for 1, the reset value. tables.cpp uses 0, 1 and 3.
constexpr uint64_t kAttributeTable = 0x0007040600070106;
constexpr uint64_t kCr0WriteProtect = 1 << 16;
constexpr uint64_t kCr4GlobalPages = 1 << 7;
constexpr uint64_t kCr4Smep = 1 << 20;

uint64_t read_msr(uint32_t number) {
    uint32_t low, high;
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
    return static_cast<uint64_t>(high) << 32 | low;
}
void write_msr(uint32_t number, uint64_t value) {
    asm volatile("wrmsr" ::"c"(number), "a"(static_cast<uint32_t>(value)),
                 "d"(static_cast<uint32_t>(value >> 32))
                 : "memory");
}
uint64_t read_cr4() {
    uint64_t value;
    asm volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}
void write_cr4(uint64_t value) { asm volatile("mov %0, %%cr4" ::"r"(value) : "memory"); }

bool has_smep() {
    uint32_t a = 7, b, c = 0, d;
    asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return (b & (1 << 7)) != 0;
}

}  // namespace

// SMAP stays off: a driver's METHOD_NEITHER code reads user addresses with plain instructions.
void prepare_paging_on_this_processor() {
    write_msr(kEferMsr, read_msr(kEferMsr) | kEferNoExecute);
    write_msr(kAttributeTableMsr, kAttributeTable);
    uint64_t cr0;
    asm volatile("mov %%cr0, %0" : "=r"(cr0));
    asm volatile("mov %0, %%cr0" ::"r"(cr0 | kCr0WriteProtect) : "memory");
    write_cr4(read_cr4() | kCr4GlobalPages | (has_smep() ? kCr4Smep : 0));
    flush_all();
}

uint64_t current_root() {
    uint64_t root;
    asm volatile("mov %%cr3, %0" : "=r"(root));
    return root & 0x000FFFFFFFFFF000;
}

void flush_address(uint64_t address) { asm volatile("invlpg (%0)" ::"r"(address) : "memory"); }

// Our upper-half pages are global: a write to CR3 keeps them, turning PGE off drops everything.
void flush_all() {
    const uint64_t cr4 = read_cr4();
    write_cr4(cr4 & ~kCr4GlobalPages);
    write_cr4(cr4);
}

}  // namespace rsl::arch
