// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/pool_tags.hpp"

namespace rsl::mm {

uint32_t TagTable::slot_of(PoolTag tag) {
    if (tag == 0) tag = pool_tag("None");  // 0 marks an empty slot
    const uint32_t start = (tag * 0x9E3779B1u) >> 21;
    static_assert(kSlots == 1u << 11);
    for (uint32_t i = 0; i < kSlots - 1; ++i) {
        const uint32_t at = (start + i) % (kSlots - 1);
        PoolTag found = slots_[at].tag.load(std::memory_order_relaxed);  // the tag is all there is
        if (found == tag) return at;
        if (found != 0) continue;
        if (slots_[at].tag.compare_exchange_strong(found, tag, std::memory_order_relaxed)) return at;
        if (found == tag) return at;  // another processor was faster
    }
    slots_[kSlots - 1].tag.store(kOverflowTag, std::memory_order_relaxed);  // always this value
    return kSlots - 1;
}

size_t TagTable::usage(TagUsage* out, size_t count) const {
    size_t found = 0;
    for (const Slot& slot : slots_) {
        const uint64_t alive = slot.alive.load(std::memory_order_relaxed);  // a snapshot, no more
        if (alive == 0) continue;
        if (found < count) {
            out[found] = {.tag = slot.tag.load(std::memory_order_relaxed),
                          .allocations = alive & ((uint64_t{1} << kCountBits) - 1),
                          .bytes = alive >> kCountBits};
        }
        ++found;
    }
    return found;
}

uint64_t TagTable::total_bytes() const {
    uint64_t bytes = 0;
    for (const Slot& slot : slots_) bytes += slot.alive.load(std::memory_order_relaxed) >> kCountBits;
    return bytes;
}

}  // namespace rsl::mm
