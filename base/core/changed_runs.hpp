// SPDX-License-Identifier: GPL-2.0-only
// Where two pieces of memory differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace rsl {

/// Calls found(offset, bytes) for each run of bytes in which two pieces differ. No byte that is the same is in a
/// run: it may be another thread's to change.
template <typename Found>
void each_changed_run(const std::byte* now, const std::byte* before, size_t bytes, Found found) {
    size_t at = 0;
    while (at < bytes) {
        uint64_t one, other;
        if (at % sizeof(one) == 0 && at + sizeof(one) <= bytes) {
            std::memcpy(&one, now + at, sizeof(one));
            std::memcpy(&other, before + at, sizeof(other));
            if (one == other) {
                at += sizeof(one);
                continue;
            }
        }
        if (now[at] == before[at]) {
            ++at;
            continue;
        }
        const size_t start = at;
        while (at < bytes && now[at] != before[at]) ++at;
        found(start, at - start);
    }
}

}  // namespace rsl
