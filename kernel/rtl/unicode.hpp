// SPDX-License-Identifier: GPL-2.0-only
// Characters: UTF-8 and UTF-16 one at a time, NT's case mapping, the ANSI code page (Windows-1252).
// Case mapping is the simple one of the Basic Multilingual Plane, one unit to one unit, as file names
// and object names are compared. Not for sorting or for languages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rsl::rtl {

/// The code point at `at`, which moves on. A lone surrogate is U+FFFD.
char32_t decode_utf16(std::u16string_view text, size_t& at);
/// A malformed byte is U+FFFD and counts one byte.
char32_t decode_utf8(std::string_view text, size_t& at);
/// Returns how many units were written: 1 to 4, 1 to 2.
size_t encode_utf8(char32_t code, char (&out)[4]);
size_t encode_utf16(char32_t code, char16_t (&out)[4]);

char16_t upcase_by_table(char16_t unit);
/// Most units of names are ASCII, and names are hashed and compared at every open: no call for those.
inline char16_t upcase(char16_t unit) {
    if (unit >= 0x80) return upcase_by_table(unit);
    return unit >= u'a' && unit <= u'z' ? static_cast<char16_t>(unit - 32) : unit;
}
char16_t downcase(char16_t unit);

/// Windows-1252. A character that it lacks becomes '?'.
char16_t ansi_to_unicode(char byte);
char unicode_to_ansi(char16_t unit);
/// The OEM code page, 437.
char16_t oem_to_unicode(char byte);
char unicode_to_oem(char16_t unit);

/// -1, 0 or 1. Unit by unit, as RtlCompareUnicodeString orders.
enum class CaseRule : uint8_t { kExact, kIgnore };
int compare(std::u16string_view left, std::u16string_view right, CaseRule rule);
bool starts_with(std::u16string_view text, std::u16string_view prefix, CaseRule rule);

/// Names of files and functions in images: ASCII, case ignored.
bool equal_ascii(std::string_view left, std::string_view right);

/// What a whole conversion came to.
struct Converted {
    size_t units = 0;       // written, or needed when there is no buffer
    bool complete = true;   // false: the buffer was too small; whole characters before that are there
    bool replaced = false;  // something was malformed
};
Converted utf8_to_utf16(std::string_view text, char16_t* out, size_t capacity);
Converted utf16_to_utf8(std::u16string_view text, char* out, size_t capacity);

}  // namespace rsl::rtl
