// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/tlb.hpp"

#include "kernel/arch/paging.hpp"
#include "kernel/ke/call.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::mm {

bool has_others() {
    return ke::processor_count.load(std::memory_order_acquire) > 1;  // pairs with a processor's start
}

void flush_here(uint64_t address, uint64_t bytes) {
    constexpr uint64_t kFewPages = 32;
    if (bytes > kFewPages * arch::kPageBytes) {
        arch::flush_all();
        return;
    }
    for (uint64_t at = 0; at < bytes; at += arch::kPageBytes) arch::flush_address(address + at);
}

void flush_others() {
    if (!has_others()) return;
    ke::call_others([](void*) { arch::flush_all(); }, nullptr);
}

}  // namespace rsl::mm
