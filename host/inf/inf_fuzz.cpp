// SPDX-License-Identifier: GPL-2.0-only
// Any bytes as an INF file: an error or a plan, nothing else.
#include <cstdint>

#include "host/inf/plan.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t bytes) {
    const auto file =
        rsl::inf::File::parse({reinterpret_cast<const std::byte*>(data), bytes}, "fuzz.inf");
    if (!file) return 0;
    const auto plan = rsl::inf::make_plan(*file);
    if (!plan) return 0;
    for (const auto& value : plan->values) {
        if (value.key.empty()) __builtin_trap();
    }
    return 0;
}
