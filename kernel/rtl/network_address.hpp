// SPDX-License-Identifier: GPL-2.0-only
// Network addresses as text, narrow and wide: IPv4, IPv6, Ethernet. Knows no sockets; bytes and
// ports are in network order, as on the wire.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/rtl/number.hpp"

namespace rsl::rtl::net {

/// What was read, and where reading ended. `end` is where the text stops making sense when not
/// good.
template <typename Char>
struct Read {
    bool good = false;
    const Char* end = nullptr;
};

inline uint16_t swap16(uint16_t value) { return static_cast<uint16_t>(value << 8 | value >> 8); }

// ---- Writing. Each returns behind the last character; nothing is terminated.

template <typename Char>
Char* write_number(Char* out, uint64_t value, unsigned base = 10) {
    return out + write_digits(value, base, Letters::kLower, out);
}
template <typename Char>
Char* write_ipv4(Char* out, const uint8_t* bytes) {
    for (int i = 0; i < 4; ++i) {
        if (i != 0) *out++ = '.';
        out = write_number(out, bytes[i]);
    }
    return out;
}

/// An IPv6 address as its eight words.
struct Words {
    uint16_t word[8];
    explicit Words(const uint8_t* bytes) {
        for (int i = 0; i < 8; ++i)
            word[i] = static_cast<uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
    /// Whether the last 32 bits are written as IPv4: compatible, mapped, translated, ISATAP.
    bool ends_in_ipv4() const {
        if ((word[4] & 0xFDFF) == 0 && word[5] == 0x5EFE) return true;
        for (int i = 0; i < 4; ++i) {
            if (word[i] != 0) return false;
        }
        if (word[4] == 0 && word[5] == 0) return word[6] != 0;
        return (word[4] == 0 && word[5] == 0xFFFF) || (word[4] == 0xFFFF && word[5] == 0);
    }
};

/// The longest run of zero words, the first of several; shorter than two words there is none.
struct Gap {
    int start = -1, length = 0;
    Gap(const Words& words, int count) {
        for (int i = 0; i < count;) {
            int end = i;
            while (end < count && words.word[end] == 0) ++end;
            if (end - i > length && end - i > 1) start = i, length = end - i;
            i = end == i ? i + 1 : end;
        }
    }
};

template <typename Char>
Char* write_ipv6(Char* out, const uint8_t* bytes) {
    const Words words(bytes);
    const int count = words.ends_in_ipv4() ? 6 : 8;
    const Gap gap(words, count);
    for (int i = 0; i < count; ++i) {
        if (i == gap.start) {
            *out++ = ':';
            *out++ = ':';
            i += gap.length - 1;
            continue;
        }
        if (i != 0 && i != gap.start + gap.length) *out++ = ':';
        out = write_number(out, words.word[i], 16);
    }
    if (count == 8) return out;
    if (gap.start + gap.length != 6) *out++ = ':';
    return write_ipv4(out, bytes + 12);
}

template <typename Char>
Char* write_ethernet(Char* out, const uint8_t* bytes) {
    for (int i = 0; i < 6; ++i) {
        if (i != 0) *out++ = '-';
        *out++ = static_cast<Char>("0123456789ABCDEF"[bytes[i] >> 4]);
        *out++ = static_cast<Char>("0123456789ABCDEF"[bytes[i] & 15]);
    }
    return out;
}

// ---- Reading

inline unsigned digit_of(char32_t c, unsigned base) {
    const unsigned digit = digit_value(c);
    return digit < base ? digit : 99;
}

/// One number of an address: decimal; unless `decimal_only`, 0x is hexadecimal and 0 octal.
template <typename Char>
Read<Char> read_part(const Char* at, uint32_t& value, bool decimal_only) {
    unsigned base = 10;
    bool any = false;
    if (!decimal_only && at[0] == '0') {
        if ((at[1] == 'x' || at[1] == 'X') && digit_of(static_cast<char32_t>(at[2]), 16) != 99) {
            base = 16, at += 2;
        } else {
            base = 8;
        }
    }
    uint64_t number = 0;
    for (unsigned digit; (digit = digit_of(static_cast<char32_t>(*at), base)) != 99; ++at) {
        number = number * base + digit;
        any = true;
        if (number > UINT32_MAX) return {false, at};
    }
    value = static_cast<uint32_t>(number);
    return {any, at};
}

/// Four decimal parts; not strict, one to four of any base, the last filling what is left.
template <typename Char>
Read<Char> read_ipv4(const Char* text, bool strict, uint8_t* bytes) {
    uint32_t part[4] = {};
    int count = 0;
    const Char* at = text;
    for (;;) {
        const auto read = read_part(at, part[count], strict);
        if (!read.good) return read;
        at = read.end;
        ++count;
        if (*at != '.' || count == 4) break;
        ++at;
    }
    if (strict && count != 4) return {false, at};
    for (int i = 0; i + 1 < count; ++i) {
        if (part[i] > 255) return {false, at};
    }
    const int left = 4 - (count - 1);  // bytes of the last part
    if (left < 4 && part[count - 1] >> (8 * left) != 0) return {false, at};
    for (int i = 0; i + 1 < count; ++i) bytes[i] = static_cast<uint8_t>(part[i]);
    for (int i = 0; i < left; ++i) {
        bytes[count - 1 + i] = static_cast<uint8_t>(part[count - 1] >> (8 * (left - 1 - i)));
    }
    return {true, at};
}

template <typename Char>
Read<Char> read_ipv6(const Char* text, uint8_t* bytes) {
    uint8_t found[16] = {};
    int filled = 0, gap = -1;  // bytes; the gap's place
    const Char* at = text;
    if (at[0] == ':' && at[1] != ':') return {false, at};
    while (filled < 16) {
        if (at[0] == ':' && at[1] == ':') {
            if (gap >= 0) break;
            gap = filled, at += 2;
        } else if (filled != 0 && gap != filled) {
            if (*at != ':') break;
            ++at;
        }
        const Char* start = at;
        uint32_t word = 0;
        while (digit_of(static_cast<char32_t>(*at), 16) != 99 && at - start < 4) {
            word = word << 4 | digit_of(static_cast<char32_t>(*at++), 16);
        }
        if (at == start) {
            if (gap == filled) break;  // "1::"
            return {false, at};
        }
        if (digit_of(static_cast<char32_t>(*at), 16) != 99) return {false, at};
        if (*at == '.') {
            if (filled > 12) return {false, at};
            const auto read = read_ipv4(start, true, found + filled);
            if (!read.good) return read;
            at = read.end, filled += 4;
            break;
        }
        found[filled++] = static_cast<uint8_t>(word >> 8);
        found[filled++] = static_cast<uint8_t>(word);
    }
    if (gap < 0 ? filled != 16 : filled == 16) return {false, at};
    const int behind = gap < 0 ? 0 : filled - gap;
    for (int i = 0; i < 16; ++i) bytes[i] = 0;
    for (int i = 0; i < filled - behind; ++i) bytes[i] = found[i];
    for (int i = 0; i < behind; ++i) bytes[16 - behind + i] = found[gap + i];
    return {true, at};
}

/// Six pairs of hexadecimal digits, with hyphens or colons between them.
template <typename Char>
Read<Char> read_ethernet(const Char* text, uint8_t* bytes) {
    const Char* at = text;
    for (int i = 0; i < 6; ++i) {
        if (i != 0 && *at != '-' && *at != ':') return {false, at};
        if (i != 0) ++at;
        const unsigned high = digit_of(static_cast<char32_t>(at[0]), 16);
        if (high == 99) return {false, at};
        const unsigned low = digit_of(static_cast<char32_t>(at[1]), 16);
        if (low == 99) return {false, at + 1};
        bytes[i] = static_cast<uint8_t>(high << 4 | low);
        at += 2;
    }
    return {true, at};
}

/// A decimal, octal or hexadecimal number of at most `most` up to the end of the text or `stop`.
template <typename Char>
Read<Char> read_tail(const Char* text, uint32_t most, Char stop, uint32_t& value) {
    const auto read = read_part(text, value, false);
    return {read.good && value <= most && (*read.end == 0 || *read.end == stop), read.end};
}

}  // namespace rsl::rtl::net
