// SPDX-License-Identifier: GPL-2.0-only
// What each pool tag holds: the leak check of driver unloads, and `rsl inspect kernel/mm/pool`.
#pragma once

#include <array>
#include <atomic>

#include "kernel/mm/pool.hpp"

namespace rsl::mm {

/// Tags and what is alive under them. Lock-free; a tag never leaves. When the table is full, further
/// tags share the last slot.
class TagTable {
  public:
    static constexpr uint32_t kSlots = 2048;
    static constexpr PoolTag kOverflowTag = pool_tag("????");

    uint32_t slot_of(PoolTag tag);
    void add(uint32_t slot, uint64_t bytes) {
        slots_[slot].alive.fetch_add(bytes << kCountBits | 1, std::memory_order_relaxed);  // a count
    }
    void remove(uint32_t slot, uint64_t bytes) {
        slots_[slot].alive.fetch_sub(bytes << kCountBits | 1, std::memory_order_relaxed);  // a count
    }
    PoolTag tag_of(uint32_t slot) const {
        return slots_[slot].tag.load(std::memory_order_relaxed);  // written once
    }
    size_t usage(TagUsage* out, size_t count) const;
    uint64_t total_bytes() const;

  private:
    // One word for both counts, so that an allocation adds once: 2^26 allocations, 2^38 bytes.
    static constexpr unsigned kCountBits = 26;
    struct Slot {
        std::atomic<PoolTag> tag = 0;
        std::atomic<uint64_t> alive = 0;
    };
    std::array<Slot, kSlots> slots_;
};

}  // namespace rsl::mm
