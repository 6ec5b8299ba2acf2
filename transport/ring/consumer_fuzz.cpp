// SPDX-License-Identifier: GPL-2.0-only
// Lets the fuzzer play the producer: it writes both index words and the slots at will.
#include <cstring>

#include "transport/ring/test_ring.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace rsl::transport;
    TestRing<RawEntry, 8> ring;
    while (size >= 9) {
        uint32_t tail, head;
        std::memcpy(&tail, data + 1, 4);
        std::memcpy(&head, data + 5, 4);
        ring.slots[data[0] % 8].words[0] = tail;
        ring.header.tail.store(tail % 64);
        ring.header.head.store(head);
        for (int i = 0; i < 16; ++i) {
            const auto entry = ring.consumer.pop();
            if (!entry || !entry->has_value()) break;
        }
        data += 9;
        size -= 9;
    }
    return 0;
}
