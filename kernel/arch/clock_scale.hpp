// SPDX-License-Identifier: GPL-2.0-only
// Conversion between two rates without division: value * multiplier / 2^shift, 128 bits wide inside.
#pragma once

#include <bit>
#include <cstdint>

namespace rsl::arch {

struct ClockScale {
    uint64_t multiplier = 1;
    uint32_t shift = 0;

    /// From ticks at `from_hz` to ticks at `to_hz`. Both are below 2^40; exact to one part in 2^31 or
    /// better.
    static constexpr ClockScale between(uint64_t from_hz, uint64_t to_hz) {
        // multiplier = to * 2^shift / from, as large as 64 bits allow a result of.
        const uint32_t room = static_cast<uint32_t>(std::countl_zero(to_hz));
        ClockScale scale;
        scale.shift = room < 32 ? room : 32;
        scale.multiplier = (to_hz << scale.shift) / from_hz;
        return scale;
    }
    constexpr uint64_t convert(uint64_t ticks) const {
        return static_cast<uint64_t>((static_cast<unsigned __int128>(ticks) * multiplier) >> shift);
    }
};

}  // namespace rsl::arch
