// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/text.hpp"

#include <cstdint>

namespace rsl::client {
namespace {

struct Decoded {
    char32_t code;
    size_t bytes;  // 0: no UTF-8
};

Decoded decode_one(std::string_view text) {
    const auto at = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
    const uint8_t lead = at(0);
    if (lead < 0x80) return {lead, 1};
    const size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {0, 0};
    char32_t code = lead & (0xFFu >> (bytes + 1));
    for (size_t i = 1; i < bytes; ++i) {
        if ((at(i) & 0xC0) != 0x80) return {0, 0};
        code = (code << 6) | (at(i) & 0x3Fu);
    }
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kLeast[bytes] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {0, 0};
    return {code, bytes};
}

void append_utf8(std::string& text, char32_t code) {
    const auto put = [&](char32_t byte) { text += static_cast<char>(static_cast<uint8_t>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

}  // namespace

std::optional<std::u16string> to_utf16(std::string_view utf8) {
    std::u16string text;
    text.reserve(utf8.size());
    while (!utf8.empty()) {
        const Decoded one = decode_one(utf8);
        if (one.bytes == 0) return std::nullopt;
        utf8.remove_prefix(one.bytes);
        if (one.code < 0x10000) {
            text += static_cast<char16_t>(one.code);
        } else {
            text += static_cast<char16_t>(0xD800 + ((one.code - 0x10000) >> 10));
            text += static_cast<char16_t>(0xDC00 + ((one.code - 0x10000) & 0x3FF));
        }
    }
    return text;
}

std::string to_utf8(std::u16string_view utf16) {
    std::string text;
    text.reserve(utf16.size());
    for (size_t i = 0; i < utf16.size(); ++i) {
        char32_t code = utf16[i];
        if (code >= 0xD800 && code < 0xE000) {
            const bool pair = code < 0xDC00 && i + 1 < utf16.size() && (utf16[i + 1] & 0xFC00) == 0xDC00;
            code = pair ? 0x10000 + ((code - 0xD800) << 10) + (utf16[++i] - 0xDC00u) : 0xFFFD;
        }
        append_utf8(text, code);
    }
    return text;
}

std::optional<std::u16string> to_nt_path(std::string_view path) {
    auto text = to_utf16(path);
    if (!text) return std::nullopt;
    if (text->starts_with(u"\\\\.\\") || text->starts_with(u"\\\\?\\")) return u"\\??\\" + text->substr(4);
    if (text->starts_with(u"\\\\")) return u"\\??\\UNC\\" + text->substr(2);
    if (text->starts_with(u"\\")) return text;
    for (char16_t& unit : *text) {
        if (unit == u'/') unit = u'\\';
    }
    return u"\\??\\" + *text;
}

}  // namespace rsl::client
