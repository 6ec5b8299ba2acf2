// SPDX-License-Identifier: GPL-2.0-only
// The end of a ring that puts entries in. The consumer is not trusted.
#pragma once

#include <bit>
#include <cstring>

#include "base/core/result.hpp"
#include "transport/ring/layout.hpp"

namespace rsl::transport {

enum class PushOutcome : uint8_t { kPushed, kFull };

/// One thread at a time calls it; the caller sees to that.
template <typename Entry, uint32_t kSlots>
class RingProducer {
    static_assert(std::has_single_bit(kSlots));

  public:
    RingProducer(RingHeader& header, Entry* slots) : header_(&header), slots_(slots) {}

    /// Puts an entry in and publishes it. Whoever pushes then rings the consumer if it sleeps.
    Result<PushOutcome> push(const Entry& entry) {
        if (tail_ - known_head_ == kSlots) {  // looks full; look again at the consumer's line
            const uint32_t head = header_->head.load(std::memory_order_acquire);  // pairs with pop()
            if (tail_ - head > kSlots) return Status::kProtocolViolation;
            known_head_ = head;
            if (tail_ - head == kSlots) return PushOutcome::kFull;
        }
        slots_[tail_ % kSlots] = entry;
        header_->tail.store(++tail_, std::memory_order_release);  // publishes the entry
        return PushOutcome::kPushed;
    }

  private:
    RingHeader* header_;
    Entry* slots_;
    uint32_t tail_ = 0;        // ours to trust
    uint32_t known_head_ = 0;  // saves a look at the consumer's cache line
};

}  // namespace rsl::transport
