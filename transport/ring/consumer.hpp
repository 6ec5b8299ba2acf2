// SPDX-License-Identifier: GPL-2.0-only
// The end of a ring that takes entries out. The producer is not trusted.
#pragma once

#include <bit>
#include <optional>

#include "base/core/result.hpp"
#include "transport/ring/layout.hpp"

namespace rsl::transport {

/// One thread at a time calls it; the caller sees to that.
template <typename Entry, uint32_t kSlots>
class RingConsumer {
    static_assert(std::has_single_bit(kSlots));  // or the slots would jump when an index wraps

  public:
    RingConsumer(RingHeader& header, const Entry* slots) : header_(&header), slots_(slots) {}

    /// Takes the oldest entry, if any. A copy: the producer can still write to the slot.
    Result<std::optional<Entry>> pop() {
        const uint32_t tail = header_->tail.load(std::memory_order_acquire);  // pairs with push()
        if (tail == head_) return std::optional<Entry>{};
        if (tail - head_ > kSlots) return Status::kProtocolViolation;
        const Entry entry = copy_once(slots_[head_ % kSlots]);
        header_->head.store(++head_, std::memory_order_release);  // gives the slot back, copy done
        return std::optional<Entry>{entry};
    }

    /// Whether pop() would find something (or an error). Cheap: for spinning.
    bool has_entry() const {
        return header_->tail.load(std::memory_order_acquire) != head_;  // pairs with push()
    }

  private:
    /// Volatile, so that the compiler cannot go back to the slot for a second look.
    static Entry copy_once(const Entry& slot) {
        static_assert(sizeof(Entry) % sizeof(uint64_t) == 0 && alignof(Entry) >= 8);
        struct Words {
            uint64_t at[sizeof(Entry) / sizeof(uint64_t)];
        } words;
        const auto* source = reinterpret_cast<const volatile uint64_t*>(&slot);
        for (size_t i = 0; i < sizeof(Entry) / sizeof(uint64_t); ++i) words.at[i] = source[i];
        return std::bit_cast<Entry>(words);
    }

    RingHeader* header_;
    const Entry* slots_;
    uint32_t head_ = 0;  // ours to trust; the shared copy is for the peer's eyes only
};

}  // namespace rsl::transport
