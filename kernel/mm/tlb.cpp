// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/tlb.hpp"

#include "kernel/arch/paging.hpp"
#include "kernel/ke/call.hpp"
#include "kernel/ke/irql.hpp"
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

namespace {

/// Whether another processor has `root` loaded. At DISPATCH_LEVEL. One that idles may
/// be told to forget later instead, before it runs a thread again.
enum class Idle : uint8_t { kCounts, kForgetsLater };
bool is_used_elsewhere(uint64_t root, Idle idle) {
    const uint32_t count = ke::processor_count.load(std::memory_order_acquire);
    if (count < 2) return false;
    // Pairs with arch::switch_address_space(): either we see that a processor came to use the root, or
    // its new translations are made from the entries that we wrote before.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const uint32_t here = arch::processor().number;
    for (uint32_t i = 0; i < count; ++i) {
        uint64_t used = ke::processors[i]->loaded_root.load(std::memory_order_seq_cst);
        if (used == 0) used = arch::kernel_root();
        if (i == here || used != root) continue;
        if (idle == Idle::kForgetsLater && ke::defer_flush_if_idle(*ke::processors[i])) continue;
        return true;
    }
    return false;
}

}  // namespace

void forget_root(uint64_t root) {
    const auto leave = [](void* argument) {
        const uint64_t unwanted = *static_cast<uint64_t*>(argument);
        if (arch::current_root() == unwanted) arch::switch_address_space(arch::kernel_root());
    };
    ke::DispatchLevelGuard guard;  // or this thread could move meanwhile
    if (is_used_elsewhere(root, Idle::kCounts)) ke::call_others(leave, &root);
    leave(&root);
}

void flush_other_users(uint64_t root) {
    if (is_used_elsewhere(root, Idle::kForgetsLater)) flush_others();
}

void flush_others() {
    if (!has_others()) return;
    ke::call_others([](void*) { arch::flush_all(); }, nullptr);
}

}  // namespace rsl::mm
