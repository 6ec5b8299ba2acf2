// SPDX-License-Identifier: GPL-2.0-only
// Short UTF-16 text put together on the stack: registry paths, device ids, names. Also lists of
// strings as the registry keeps them (REG_MULTI_SZ). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abi/types/basic.h"

namespace rsl::pnp {

inline char16_t lower(char16_t c) { return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c + 32) : c; }
inline char16_t upper(char16_t c) { return c >= u'a' && c <= u'z' ? static_cast<char16_t>(c - 32) : c; }

/// Ids and names of devices are ASCII; comparison ignores case.
inline bool same_text(std::u16string_view a, std::u16string_view b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

/// Text up to a bound; NUL-terminated. What does not fit sets overflowed(), and view() is cut.
template <size_t kCapacity>
class FixedText {
  public:
    FixedText() = default;
    template <typename... Parts>
    explicit FixedText(Parts... parts) {
        (add(std::u16string_view(parts)), ...);
    }
    FixedText& add(std::u16string_view text) {
        for (const char16_t c : text) add(c);
        return *this;
    }
    FixedText& add(char16_t c) {
        if (length_ + 1 >= kCapacity) {
            overflowed_ = true;
        } else {
            text_[length_++] = c;
            text_[length_] = 0;
        }
        return *this;
    }
    FixedText& add_hex(uint64_t value, unsigned digits) {
        for (unsigned i = digits; i-- > 0;) add(u"0123456789ABCDEF"[value >> (4 * i) & 15]);
        return *this;
    }
    /// Decimal, at least `digits` long, as instance numbers are written.
    FixedText& add_number(uint32_t value, unsigned digits) {
        char16_t reversed[10];
        unsigned count = 0;
        do {
            reversed[count++] = static_cast<char16_t>(u'0' + value % 10);
            value /= 10;
        } while (value != 0);
        for (unsigned i = count; i < digits; ++i) add(u'0');
        while (count > 0) add(reversed[--count]);
        return *this;
    }
    /// "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}"
    FixedText& add_guid(const GUID& guid) {
        add(u'{').add_hex(guid.Data1, 8).add(u'-').add_hex(guid.Data2, 4).add(u'-').add_hex(guid.Data3, 4).add(u'-');
        for (unsigned i = 0; i < 8; ++i) {
            if (i == 2) add(u'-');
            add_hex(guid.Data4[i], 2);
        }
        return add(u'}');
    }
    void replace(char16_t from, char16_t to) {
        for (size_t i = 0; i < length_; ++i) {
            if (text_[i] == from) text_[i] = to;
        }
    }
    void make_upper() {
        for (size_t i = 0; i < length_; ++i) text_[i] = upper(text_[i]);
    }
    void clear() {
        length_ = 0;
        text_[0] = 0;
        overflowed_ = false;
    }
    bool overflowed() const { return overflowed_; }
    bool empty() const { return length_ == 0; }
    std::u16string_view view() const { return {text_, length_}; }
    operator std::u16string_view() const { return view(); }
    PCWSTR c_str() const { return text_; }
    UNICODE_STRING nt() {
        const auto bytes = static_cast<USHORT>(length_ * sizeof(char16_t));
        return {bytes, static_cast<USHORT>(bytes + sizeof(char16_t)), text_};
    }

  private:
    char16_t text_[kCapacity] = {};
    size_t length_ = 0;
    bool overflowed_ = false;
};

/// The same narrow, for the log.
class Narrow {
  public:
    explicit Narrow(std::u16string_view text) {
        size_t i = 0;
        for (; i < text.size() && i + 1 < sizeof(text_); ++i) text_[i] = text[i] < 0x80 ? static_cast<char>(text[i]) : '?';
        text_[i] = 0;
    }
    const char* c_str() const { return text_; }

  private:
    char text_[128];
};

using PathText = FixedText<420>;
using IdText = FixedText<220>;

/// The strings of a REG_MULTI_SZ, one after the other: `rest` shrinks. Empty at the end.
inline std::u16string_view next_string(std::u16string_view& rest) {
    size_t length = 0;
    while (length < rest.size() && rest[length] != 0) ++length;
    const std::u16string_view text = rest.substr(0, length);
    rest.remove_prefix(length < rest.size() ? length + 1 : length);
    return text;
}

/// Characters of a list in memory that ends with an empty string, both NULs counted. 0 for nullptr.
inline size_t list_length(const char16_t* list, size_t most = 4096) {
    if (list == nullptr) return 0;
    for (size_t i = 0; i + 1 < most; ++i) {
        if (list[i] == 0 && (i == 0 || list[i + 1] == 0)) return i == 0 ? 1 : i + 2;
    }
    return 0;
}

/// "{...}" to a GUID; false when it is none.
inline bool parse_guid(std::u16string_view text, GUID& guid) {
    if (text.size() != 38 || text[0] != u'{' || text[37] != u'}') return false;
    uint8_t bytes[16];
    size_t count = 0;
    for (size_t i = 1; i < 37;) {
        if (i == 9 || i == 14 || i == 19 || i == 24) {
            if (text[i++] != u'-') return false;
            continue;
        }
        unsigned value = 0;
        for (int digit = 0; digit < 2; ++digit, ++i) {
            const char16_t c = lower(text[i]);
            if (c >= u'0' && c <= u'9') value = value * 16 + (c - u'0');
            else if (c >= u'a' && c <= u'f') value = value * 16 + (c - u'a' + 10u);
            else return false;
        }
        bytes[count++] = static_cast<uint8_t>(value);
    }
    guid.Data1 = uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
    guid.Data2 = static_cast<USHORT>(bytes[4] << 8 | bytes[5]);
    guid.Data3 = static_cast<USHORT>(bytes[6] << 8 | bytes[7]);
    for (int i = 0; i < 8; ++i) guid.Data4[i] = bytes[8 + i];
    return true;
}

inline bool same_guid(const GUID& a, const GUID& b) { return __builtin_memcmp(&a, &b, sizeof(GUID)) == 0; }

}  // namespace rsl::pnp
