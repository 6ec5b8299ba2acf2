// SPDX-License-Identifier: GPL-2.0-only
// The kernel's command line: words "name=value" between spaces.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rsl::arch {

/// The value of the first word "name=value"; nothing when there is none.
constexpr std::optional<std::string_view> command_line_value(std::string_view line, std::string_view name) {
    while (!line.empty()) {
        const size_t space = line.find(' ');
        const std::string_view word = line.substr(0, space);
        if (word.size() > name.size() && word.starts_with(name) && word[name.size()] == '=') {
            return word.substr(name.size() + 1);
        }
        if (space == std::string_view::npos) break;
        line.remove_prefix(space + 1);
    }
    return std::nullopt;
}

/// The same as a decimal or 0x number; nothing when it is none or does not fit.
constexpr std::optional<uint64_t> command_line_number(std::string_view line, std::string_view name) {
    const auto value = command_line_value(line, name);
    if (!value || value->empty()) return std::nullopt;
    std::string_view digits = *value;
    const bool hex = digits.starts_with("0x");
    if (hex) digits.remove_prefix(2);
    uint64_t number = 0;
    for (const char c : digits) {
        const int digit = c >= '0' && c <= '9' ? c - '0' : hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
        if (digit < 0) return std::nullopt;
        uint64_t scaled = 0;
        if (__builtin_mul_overflow(number, hex ? 16u : 10u, &scaled)) return std::nullopt;
        if (__builtin_add_overflow(scaled, static_cast<uint64_t>(digit), &number)) return std::nullopt;
    }
    return digits.empty() ? std::nullopt : std::optional<uint64_t>(number);
}

}  // namespace rsl::arch
