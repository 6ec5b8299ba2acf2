// SPDX-License-Identifier: GPL-2.0-only
// The C library's string functions, once for both widths of characters. What exports/crt_*.cpp give
// names to; case is ASCII's for narrow characters (the C locale) and NT's for wide ones.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/rtl/unicode.hpp"

namespace rsl::rtl::crt {

inline constexpr int kErrorInvalid = 22;         // EINVAL
inline constexpr int kErrorRange = 34;           // ERANGE
inline constexpr int kErrorTruncated = 80;       // STRUNCATE
inline constexpr size_t kTruncate = ~size_t{0};  // _TRUNCATE

template <typename Char>
constexpr Char lower(Char c) {
    if constexpr (sizeof(Char) == 1)
        return c >= 'A' && c <= 'Z' ? static_cast<Char>(c + 32) : c;
    else
        return static_cast<Char>(downcase(static_cast<char16_t>(c)));
}
template <typename Char>
constexpr Char upper(Char c) {
    if constexpr (sizeof(Char) == 1)
        return c >= 'a' && c <= 'z' ? static_cast<Char>(c - 32) : c;
    else
        return static_cast<Char>(upcase(static_cast<char16_t>(c)));
}
/// Characters compare as unsigned numbers.
template <typename Char>
constexpr uint32_t unit(Char c) {
    if constexpr (sizeof(Char) == 1)
        return static_cast<unsigned char>(c);
    else
        return static_cast<char16_t>(c);
}

template <typename Char>
size_t length(const Char* text, size_t most = ~size_t{0}) {
    size_t count = 0;
    while (count < most && text[count] != 0) ++count;
    return count;
}

template <typename Char>
int compare(const Char* a, const Char* b, size_t most = ~size_t{0}) {
    for (; most != 0; --most, ++a, ++b) {
        if (*a != *b) return unit(*a) < unit(*b) ? -1 : 1;
        if (*a == 0) break;
    }
    return 0;
}
template <typename Char>
int compare_ignoring_case(const Char* a, const Char* b, size_t most = ~size_t{0}) {
    for (; most != 0; --most, ++a, ++b) {
        const uint32_t left = unit(lower(*a)), right = unit(lower(*b));
        if (left != right) return left < right ? -1 : 1;
        if (left == 0) break;
    }
    return 0;
}

template <typename Char>
Char* copy(Char* to, const Char* from) {
    Char* start = to;
    while ((*to++ = *from++) != 0) {
    }
    return start;
}
/// strncpy: fills up with NULs, and terminates only if there is room.
template <typename Char>
Char* copy_padded(Char* to, const Char* from, size_t count) {
    size_t i = 0;
    for (; i < count && from[i] != 0; ++i) to[i] = from[i];
    for (; i < count; ++i) to[i] = 0;
    return to;
}
template <typename Char>
Char* append(Char* to, const Char* from, size_t most = ~size_t{0}) {
    Char* end = to + length(to);
    const size_t count = length(from, most);
    for (size_t i = 0; i < count; ++i) end[i] = from[i];
    end[count] = 0;
    return to;
}

template <typename Char>
Char* find(const Char* text, Char wanted) {
    for (;; ++text) {
        if (*text == wanted) return const_cast<Char*>(text);
        if (*text == 0) return nullptr;
    }
}
template <typename Char>
Char* find_last(const Char* text, Char wanted) {
    const Char* found = nullptr;
    for (;; ++text) {
        if (*text == wanted) found = text;
        if (*text == 0) return const_cast<Char*>(found);
    }
}
template <typename Char>
Char* find_text(const Char* text, const Char* part) {
    const size_t count = length(part);
    for (;; ++text) {
        if (compare(text, part, count) == 0) return const_cast<Char*>(text);
        if (*text == 0) return nullptr;
    }
}
/// The first character that is of `set`.
template <typename Char>
Char* find_any(const Char* text, const Char* set) {
    for (; *text != 0; ++text) {
        if (find(set, *text) != nullptr) return const_cast<Char*>(text);
    }
    return nullptr;
}
/// How many characters from the start are of `set` (or are not).
template <typename Char>
size_t span_of(const Char* text, const Char* set, bool of_set) {
    size_t count = 0;
    while (text[count] != 0 && (find(set, text[count]) != nullptr) == of_set) ++count;
    return count;
}

template <typename Char>
Char* map(Char* text, Char (*function)(Char)) {
    for (Char* at = text; *at != 0; ++at) *at = function(*at);
    return text;
}
template <typename Char>
Char* fill(Char* text, Char value, size_t most = ~size_t{0}) {
    for (size_t i = 0; i < most && text[i] != 0; ++i) text[i] = value;
    return text;
}
template <typename Char>
Char* reverse(Char* text) {
    for (size_t a = 0, b = length(text); a + 1 < b; ++a) {
        const Char kept = text[a];
        text[a] = text[--b];
        text[b] = kept;
    }
    return text;
}

// ---- The checked forms: on failure the target is empty, and an error number tells why.

/// strncpy_s, strncat_s and, with `most` unbounded, strcpy_s, strcat_s: writes behind `used`.
template <typename Char>
int put_checked(Char* to, size_t capacity, size_t used, const Char* from, size_t most) {
    if (to == nullptr || capacity == 0) return kErrorInvalid;
    if (from == nullptr && most != 0) return to[0] = 0, kErrorInvalid;
    const bool truncate = most == kTruncate;
    const size_t room = capacity - used - 1;
    const size_t wanted = most == 0 ? 0 : length(from, most);
    if (wanted > room && !truncate) return to[0] = 0, kErrorRange;
    const size_t count = wanted < room ? wanted : room;
    for (size_t i = 0; i < count; ++i) to[used + i] = from[i];
    to[used + count] = 0;
    return wanted > room ? kErrorTruncated : 0;
}
template <typename Char>
int copy_checked(Char* to, size_t capacity, const Char* from, size_t most) {
    return put_checked(to, capacity, 0, from, most);
}
template <typename Char>
int append_checked(Char* to, size_t capacity, const Char* from, size_t most) {
    if (to == nullptr || capacity == 0) return kErrorInvalid;
    const size_t used = length(to, capacity);
    if (used == capacity) return to[0] = 0, kErrorInvalid;  // the target is no string
    return put_checked(to, capacity, used, from, most);
}
/// strcpy_s and strcat_s refuse what strncpy_s with _TRUNCATE cuts.
inline constexpr size_t kWhole = kTruncate - 1;

/// _strlwr_s and kin: changes a text that ends inside its buffer, or refuses and empties it.
template <typename Char, typename Change>
int change_checked(Char* text, size_t capacity, Change&& change) {
    if (text == nullptr || capacity == 0) return kErrorInvalid;
    if (length(text, capacity) == capacity) return text[0] = 0, kErrorInvalid;
    change();
    return 0;
}

/// strtok_s: cuts the next token off; `*rest` remembers where to go on.
template <typename Char>
Char* next_token(Char* text, const Char* separators, Char** rest) {
    if (text == nullptr) text = *rest;
    if (text == nullptr) return nullptr;
    text += span_of(text, separators, true);
    if (*text == 0) return *rest = text, nullptr;
    Char* end = text + span_of(text, separators, false);
    *rest = *end != 0 ? end + 1 : end;
    *end = 0;
    return text;
}

}  // namespace rsl::rtl::crt
