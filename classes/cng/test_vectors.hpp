// SPDX-License-Identifier: GPL-2.0-only
// For the tests of this folder: published vectors are written as they are printed, in hexadecimal.
#pragma once

#include <algorithm>
#include <array>

#include "base/testing/test.hpp"
#include "classes/cng/byte_order.hpp"

namespace rsl::cng {

constexpr uint8_t hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<uint8_t>(digit - '0');
    return static_cast<uint8_t>((digit | 0x20) - 'a' + 10);
}

template <size_t kTextBytes>
constexpr auto hex(const char (&text)[kTextBytes]) {
    std::array<uint8_t, (kTextBytes - 1) / 2> out{};
    for (size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<uint8_t>(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
    }
    return out;
}

template <size_t kTextBytes>
Bytes text(const char (&characters)[kTextBytes]) {
    return {reinterpret_cast<const uint8_t*>(characters), kTextBytes - 1};
}

/// The first bytes of `actual` are `expected`.
inline bool same(Bytes actual, Bytes expected) {
    return actual.size() >= expected.size() && std::equal(expected.begin(), expected.end(), actual.begin());
}

}  // namespace rsl::cng
