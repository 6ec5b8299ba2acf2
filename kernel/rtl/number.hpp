// SPDX-License-Identifier: GPL-2.0-only
// Numbers as text and back, the way NT's routines and the CRT's both need.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rsl::rtl {

/// The value of a digit, or 99 for what is none.
constexpr unsigned digit_value(char32_t c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A' + 10);
    return 99;
}

/// What the beginning of a text says.
struct ParsedNumber {
    uint64_t magnitude = 0;
    bool negative = false;
    bool any_digit = false;
    bool overflow = false;  // did not fit 64 bits; magnitude is what is left of it
    size_t length = 0;      // read, white space and sign included; 0 without a digit
    uint64_t wrapped() const { return negative ? 0 - magnitude : magnitude; }
};

/// `base` 2 to 36. `text` ends at `length` or at a NUL.
template <typename Char>
constexpr ParsedNumber parse_number(const Char* text, size_t length, unsigned base, size_t start = 0) {
    ParsedNumber number;
    size_t at = start;
    if (at < length && (text[at] == '-' || text[at] == '+')) number.negative = text[at++] == '-';
    for (; at < length; ++at) {
        const unsigned digit = digit_value(static_cast<char32_t>(text[at]));
        if (digit >= base) break;
        number.any_digit = true;
        if (__builtin_mul_overflow(number.magnitude, uint64_t{base}, &number.magnitude) ||
            __builtin_add_overflow(number.magnitude, uint64_t{digit}, &number.magnitude)) {
            number.overflow = true;
        }
    }
    number.length = number.any_digit ? at : 0;
    return number;
}

/// Digits of `value`, most significant first; returns how many. `out` has room for 65.
enum class Letters : uint8_t { kLower, kUpper };
template <typename Char>
constexpr size_t write_digits(uint64_t value, unsigned base, Letters letters, Char* out) {
    char reversed[64] = {};
    size_t count = 0;
    do {
        const auto digit = static_cast<unsigned>(value % base);
        const char letter = letters == Letters::kUpper ? 'A' : 'a';
        reversed[count++] = static_cast<char>(digit < 10 ? '0' + digit : letter + (digit - 10));
        value /= base;
    } while (value != 0);
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<Char>(reversed[count - 1 - i]);
    return count;
}

}  // namespace rsl::rtl
