// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/conversions.hpp"

namespace rsl::ndis {
namespace {

constexpr uint32_t kNoDigit = 99;

uint32_t digit_of(char16_t c) {
    if (c >= u'0' && c <= u'9') return c - u'0';
    if (c >= u'a' && c <= u'f') return c - u'a' + 10;
    if (c >= u'A' && c <= u'F') return c - u'A' + 10;
    return kNoDigit;
}

}  // namespace

std::optional<uint32_t> parse_number(std::u16string_view text, uint32_t base) {
    while (!text.empty() && (text.back() == u'\0' || text.back() == u' ')) text.remove_suffix(1);
    while (!text.empty() && text.front() == u' ') text.remove_prefix(1);
    if (base == 16 && text.size() > 2 && text[0] == u'0' && (text[1] == u'x' || text[1] == u'X'))
        text.remove_prefix(2);
    if (text.empty()) return std::nullopt;
    uint64_t value = 0;
    for (const char16_t c : text) {
        const uint32_t digit = digit_of(c);
        if (digit >= base) return std::nullopt;
        value = value * base + digit;
        if (value > UINT32_MAX) return std::nullopt;
    }
    return static_cast<uint32_t>(value);
}

std::optional<size_t> parse_network_address(std::u16string_view text, std::span<uint8_t> out) {
    while (!text.empty() && text.back() == u'\0') text.remove_suffix(1);
    size_t digits = 0;
    for (const char16_t c : text) {
        if (c == u'-') continue;
        const uint32_t digit = digit_of(c);
        if (digit == kNoDigit || digits / 2 >= out.size()) return std::nullopt;
        out[digits / 2] =
            static_cast<uint8_t>(digits % 2 == 0 ? digit << 4 : out[digits / 2] | digit);
        ++digits;
    }
    if (digits == 0 || digits % 2 != 0) return std::nullopt;
    return digits / 2;
}

}  // namespace rsl::ndis
