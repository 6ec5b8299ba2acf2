// SPDX-License-Identifier: GPL-2.0-only
// What a VM may say is a batch: every frame lies inside it, and reading ends.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "bridges/tap/batch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t bytes) {
    const std::vector<std::byte> batch(reinterpret_cast<const std::byte*>(data),
                                       reinterpret_cast<const std::byte*>(data) + bytes);
    constexpr size_t kLeastFrame = 14;  // Ethernet's; packets differ in this number only
    rsl::tap::BatchReader reader(batch, kLeastFrame);
    size_t total = 0;
    volatile uint8_t seen = 0;
    while (const auto frame = reader.next()) {
        for (const std::byte byte : *frame) seen = seen ^ static_cast<uint8_t>(byte);
        total += frame->size() + 4;
        if (total > bytes) std::abort();
    }
    return 0;
}
