// SPDX-License-Identifier: GPL-2.0-only
// For tests: a ring in plain memory with both its ends.
#pragma once

#include "transport/ring/consumer.hpp"
#include "transport/ring/producer.hpp"

namespace rsl::transport {

template <typename Entry, uint32_t kSlots>
struct TestRing {
    RingHeader header;
    Entry slots[kSlots] = {};
    RingConsumer<Entry, kSlots> consumer{header, slots};
    RingProducer<Entry, kSlots> producer{header, slots};
};

}  // namespace rsl::transport
