// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/unicode.hpp"

namespace rsl::rtl {
namespace {

#include "kernel/rtl/case_table.inc"

constexpr char32_t kReplacement = 0xFFFD;
constexpr bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

/// What Windows-1252 has at 0x80 to 0x9F; its unused bytes stay C1 controls, as in NT's table.
constexpr char16_t kAnsiHigh[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

/// Code page 437 from 0x80 on: what IBM's PC had, and NT's OEM strings have in English.
constexpr char16_t kOemHigh[128] = {
    0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, 0x00EA, 0x00EB, 0x00E8, 0x00EF,
    0x00EE, 0x00EC, 0x00C4, 0x00C5, 0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9,
    0x00FF, 0x00D6, 0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, 0x00E1, 0x00ED, 0x00F3, 0x00FA,
    0x00F1, 0x00D1, 0x00AA, 0x00BA, 0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC, 0x00A1, 0x00AB, 0x00BB,
    0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557,
    0x255D, 0x255C, 0x255B, 0x2510, 0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F,
    0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559,
    0x2558, 0x2552, 0x2553, 0x256B, 0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580,
    0x03B1, 0x00DF, 0x0393, 0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4, 0x03A6, 0x0398, 0x03A9, 0x03B4,
    0x221E, 0x03C6, 0x03B5, 0x2229, 0x2261, 0x00B1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00F7, 0x2248,
    0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0};

/// The number of bytes that a lead byte announces, or 0 when it is none.
size_t utf8_length(uint8_t lead) {
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    if (lead >= 0xF0 && lead < 0xF5) return 4;
    return 0;
}

char16_t folded(char16_t unit, CaseRule rule) { return rule == CaseRule::kIgnore ? upcase(unit) : unit; }

}  // namespace

char32_t decode_utf16(std::u16string_view text, size_t& at) {
    const char32_t first = text[at++];
    if (is_high_surrogate(first) && at < text.size() && is_low_surrogate(text[at])) {
        return 0x10000 + ((first - 0xD800) << 10) + (static_cast<char32_t>(text[at++]) - 0xDC00);
    }
    return is_high_surrogate(first) || is_low_surrogate(first) ? kReplacement : first;
}

char32_t decode_utf8(std::string_view text, size_t& at) {
    const auto lead = static_cast<uint8_t>(text[at]);
    if (lead < 0x80) return text[at++], static_cast<char32_t>(lead);
    const size_t length = utf8_length(lead);
    if (length == 0 || length > text.size() - at) return ++at, kReplacement;
    char32_t code = lead & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<uint8_t>(text[at + i]);
        if ((byte & 0xC0) != 0x80) return ++at, kReplacement;
        code = code << 6 | (byte & 0x3F);
    }
    constexpr char32_t kLowest[5] = {0, 0, 0x80, 0x800, 0x10000};  // shorter forms exist below
    const bool surrogate = is_high_surrogate(code) || is_low_surrogate(code);
    if (code < kLowest[length] || code > 0x10FFFF || surrogate) return ++at, kReplacement;
    at += length;
    return code;
}

size_t encode_utf8(char32_t code, char (&out)[4]) {
    if (code < 0x80) return out[0] = static_cast<char>(code), 1;
    const size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; --i, code >>= 6) out[i] = static_cast<char>(0x80 | (code & 0x3F));
    out[0] = static_cast<char>((0xF00u >> length & 0xFF) | code);
    return length;
}

size_t encode_utf16(char32_t code, char16_t (&out)[4]) {
    if (code < 0x10000) return out[0] = static_cast<char16_t>(code), 1;
    out[0] = static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
    out[1] = static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
    return 2;
}

char16_t upcase_by_table(char16_t unit) {
    return static_cast<char16_t>(unit + kUpperDelta[kUpperPage[unit >> 8]][unit & 0xFF]);
}

char16_t downcase(char16_t unit) {
    if (unit < 0x80) return unit >= 'A' && unit <= 'Z' ? static_cast<char16_t>(unit + 32) : unit;
    return static_cast<char16_t>(unit + kLowerDelta[kLowerPage[unit >> 8]][unit & 0xFF]);
}

char16_t ansi_to_unicode(char byte) {
    const auto value = static_cast<uint8_t>(byte);
    return value >= 0x80 && value < 0xA0 ? kAnsiHigh[value - 0x80] : value;
}

char unicode_to_ansi(char16_t unit) {
    if (unit < 0x80 || (unit >= 0xA0 && unit < 0x100)) return static_cast<char>(unit);
    for (size_t i = 0; i < 32; ++i) {
        if (kAnsiHigh[i] == unit) return static_cast<char>(0x80 + i);
    }
    return '?';
}

char16_t oem_to_unicode(char byte) {
    const auto value = static_cast<uint8_t>(byte);
    return value < 0x80 ? value : kOemHigh[value - 0x80];
}

char unicode_to_oem(char16_t unit) {
    if (unit < 0x80) return static_cast<char>(unit);
    for (size_t i = 0; i < 128; ++i) {
        if (kOemHigh[i] == unit) return static_cast<char>(0x80 + i);
    }
    return '?';
}

int compare(std::u16string_view left, std::u16string_view right, CaseRule rule) {
    const size_t common = left.size() < right.size() ? left.size() : right.size();
    for (size_t i = 0; i < common; ++i) {
        if (left[i] == right[i]) continue;
        const char16_t a = folded(left[i], rule), b = folded(right[i], rule);
        if (a != b) return a < b ? -1 : 1;
    }
    if (left.size() == right.size()) return 0;
    return left.size() < right.size() ? -1 : 1;
}

bool starts_with(std::u16string_view text, std::u16string_view prefix, CaseRule rule) {
    return text.size() >= prefix.size() && compare(text.substr(0, prefix.size()), prefix, rule) == 0;
}

bool equal_ascii(std::string_view left, std::string_view right) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (left.size() != right.size()) return false;
    for (size_t i = 0; i < left.size(); ++i) {
        if (lower(left[i]) != lower(right[i])) return false;
    }
    return true;
}

Converted utf8_to_utf16(std::string_view text, char16_t* out, size_t capacity) {
    Converted result;
    for (size_t at = 0; at < text.size();) {
        const size_t start = at;
        const char32_t code = decode_utf8(text, at);
        if (code == kReplacement && at - start == 1) result.replaced = true;
        char16_t units[4];
        const size_t count = encode_utf16(code, units);
        if (out != nullptr) {
            if (capacity - result.units < count) return result.complete = false, result;
            for (size_t i = 0; i < count; ++i) out[result.units + i] = units[i];
        }
        result.units += count;
    }
    return result;
}

Converted utf16_to_utf8(std::u16string_view text, char* out, size_t capacity) {
    Converted result;
    for (size_t at = 0; at < text.size();) {
        const char16_t first = text[at];
        const char32_t code = decode_utf16(text, at);
        if (code == kReplacement && first != kReplacement) result.replaced = true;
        char bytes[4];
        const size_t count = encode_utf8(code, bytes);
        if (out != nullptr) {
            if (capacity - result.units < count) return result.complete = false, result;
            for (size_t i = 0; i < count; ++i) out[result.units + i] = bytes[i];
        }
        result.units += count;
    }
    return result;
}

}  // namespace rsl::rtl
