// SPDX-License-Identifier: GPL-2.0-only
#include <cstdint>

#include "host/inf/file.hpp"

namespace rsl::inf {
namespace {

void append(std::string& out, uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

HostResult<std::string> from_utf16(std::span<const std::byte> bytes, bool big_endian) {
    if (bytes.size() % 2 != 0)
        return Error::wrong_use("has an odd number of bytes for UTF-16 text");
    std::string out;
    uint32_t high = 0;
    for (size_t at = 0; at < bytes.size(); at += 2) {
        const auto first = static_cast<uint32_t>(bytes[at]),
                   second = static_cast<uint32_t>(bytes[at + 1]);
        const uint32_t unit = big_endian ? first << 8 | second : second << 8 | first;
        if (high != 0) {
            const bool low = unit >= 0xDC00 && unit < 0xE000;
            append(out, low ? 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) : 0xFFFD);
            high = 0;
            if (low) continue;
        }
        if (unit >= 0xD800 && unit < 0xDC00) {
            high = unit;
        } else {
            append(out, unit >= 0xDC00 && unit < 0xE000 ? 0xFFFD : unit);
        }
    }
    if (high != 0) append(out, 0xFFFD);
    return out;
}

bool is_utf8(std::span<const std::byte> bytes) {
    for (size_t at = 0; at < bytes.size();) {
        const auto lead = static_cast<uint8_t>(bytes[at]);
        const size_t more = lead < 0x80                   ? 0
                            : lead >= 0xC2 && lead < 0xE0 ? 1
                            : lead >= 0xE0 && lead < 0xF0 ? 2
                            : lead >= 0xF0 && lead < 0xF5 ? 3
                                                          : 9;
        if (more > 3 || at + more >= bytes.size() + (more == 0 ? 1 : 0)) return false;
        for (size_t i = 1; i <= more; ++i) {
            if ((static_cast<uint8_t>(bytes[at + i]) & 0xC0) != 0x80) return false;
        }
        at += more + 1;
    }
    return true;
}

/// 0x80 to 0x9F of code page 1252; the rest is Latin-1.
constexpr uint16_t kWindows1252[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

}  // namespace

HostResult<std::string> decode_text(std::span<const std::byte> bytes) {
    const auto byte = [&](size_t at) {
        return at < bytes.size() ? static_cast<uint8_t>(bytes[at]) : 0;
    };
    if (byte(0) == 0xFF && byte(1) == 0xFE) return from_utf16(bytes.subspan(2), false);
    if (byte(0) == 0xFE && byte(1) == 0xFF) return from_utf16(bytes.subspan(2), true);
    if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) bytes = bytes.subspan(3);
    std::string out;
    out.reserve(bytes.size());
    const bool utf8 = is_utf8(bytes);
    for (const std::byte b : bytes) {
        const auto c = static_cast<uint8_t>(b);
        if (c == 0)
            return Error::wrong_use(
                "has NUL bytes: it is no text file, or UTF-16 without a byte order mark");
        if (utf8)
            out += static_cast<char>(c);
        else
            append(out, c >= 0x80 && c < 0xA0 ? kWindows1252[c - 0x80] : c);
    }
    return out;
}

}  // namespace rsl::inf
