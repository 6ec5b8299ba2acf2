// SPDX-License-Identifier: GPL-2.0-only
// The rest of the C library that drivers import: characters, numbers, checked copies, sorting,
// random numbers, conversions. In the VM only.
//   IRQL     any, on resident memory
//   Source   learn.microsoft.com/cpp/c-runtime-library/reference/
// The compiler's headers declare these functions too, as imports.
#define _CRTIMP
#include <atomic>

#include "abi/functions/export.h"
#include "abi/types/bugcheck.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/rtl/crt.hpp"
#include "kernel/rtl/number.hpp"
#include "kernel/rtl/sort.hpp"

namespace crt = rsl::rtl::crt;
using rsl::rtl::Letters;
// The C library's own, which has 32 bits in the VM; the only place of ours that says so.
using Long = long;
using UnsignedLong = unsigned long;
static_assert(sizeof(Long) == 4);

// ---- Characters: the C locale's classes
RSL_EXPORT int isdigit(int c) { return c >= '0' && c <= '9'; }
RSL_EXPORT int isupper(int c) { return c >= 'A' && c <= 'Z'; }
RSL_EXPORT int islower(int c) { return c >= 'a' && c <= 'z'; }
RSL_EXPORT int isalpha(int c) { return isupper(c) || islower(c); }
RSL_EXPORT int isalnum(int c) { return isalpha(c) || isdigit(c); }
RSL_EXPORT int isspace(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
RSL_EXPORT int isprint(int c) { return c >= ' ' && c <= '~'; }
RSL_EXPORT int isgraph(int c) { return c > ' ' && c <= '~'; }
RSL_EXPORT int iscntrl(int c) { return (c >= 0 && c < ' ') || c == 127; }
RSL_EXPORT int ispunct(int c) { return isgraph(c) && !isalnum(c); }
RSL_EXPORT int isxdigit(int c) {
    return c >= 0 && c < 128 && rsl::rtl::digit_value(static_cast<char32_t>(c)) < 16;
}
RSL_EXPORT int tolower(int c) { return isupper(c) ? c + 32 : c; }
RSL_EXPORT int toupper(int c) { return islower(c) ? c - 32 : c; }
RSL_EXPORT wint_t towlower(wint_t c) { return rsl::rtl::downcase(c); }
RSL_EXPORT wint_t towupper(wint_t c) { return rsl::rtl::upcase(c); }

// ---- Numbers out of text
namespace {

template <typename Char>
struct Scanned {
    rsl::rtl::ParsedNumber number;
    const Char* end;
};

/// Like strtol: white space, sign, a prefix if the base allows one, digits.
template <typename Char>
Scanned<Char> scan(const Char* text, int base) {
    size_t at = 0;
    while (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r')) ++at;
    const size_t sign = text[at] == '-' || text[at] == '+' ? 1 : 0;
    const bool negative = sign != 0 && text[at] == '-';
    size_t digits = at + sign;
    const bool hexadecimal = text[digits] == '0' && (text[digits + 1] | 32) == 'x' &&
                             rsl::rtl::digit_value(static_cast<char32_t>(text[digits + 2])) < 16;
    if (hexadecimal && (base == 0 || base == 16)) digits += 2, base = 16;
    if (base == 0) base = text[digits] == '0' ? 8 : 10;
    // The sign is dealt with: what follows must be digits.
    auto number =
        text[digits] == '-' || text[digits] == '+'
            ? rsl::rtl::ParsedNumber{}
            : rsl::rtl::parse_number(text, ~size_t{0}, static_cast<unsigned>(base), digits);
    number.negative = negative;
    return {number, number.any_digit ? text + number.length : text};
}

/// `long` and `int` have 32 bits here. Out of range is the nearest value.
template <typename Char>
int32_t to_signed32(const Char* text, Char** end, int base) {
    const auto scanned = scan(text, base);
    if (end != nullptr) *end = const_cast<Char*>(scanned.end);
    const auto& number = scanned.number;
    const uint64_t limit = number.negative ? uint64_t{1} << 31 : (uint64_t{1} << 31) - 1;
    const uint64_t magnitude =
        number.overflow || number.magnitude > limit ? limit : number.magnitude;
    return static_cast<int32_t>(number.negative ? 0 - magnitude : magnitude);
}
template <typename Char>
uint32_t to_unsigned32(const Char* text, Char** end, int base) {
    const auto scanned = scan(text, base);
    if (end != nullptr) *end = const_cast<Char*>(scanned.end);
    const auto& number = scanned.number;
    if (number.overflow || number.magnitude > UINT32_MAX) return UINT32_MAX;
    return static_cast<uint32_t>(number.wrapped());
}
template <typename Char>
uint64_t to_unsigned64(const Char* text, Char** end, int base) {
    const auto scanned = scan(text, base);
    if (end != nullptr) *end = const_cast<Char*>(scanned.end);
    return scanned.number.overflow ? UINT64_MAX : scanned.number.wrapped();
}
template <typename Char>
int64_t to_signed64(const Char* text, Char** end, int base) {
    const auto scanned = scan(text, base);
    if (end != nullptr) *end = const_cast<Char*>(scanned.end);
    const auto& number = scanned.number;
    const uint64_t limit = number.negative ? uint64_t{1} << 63 : (uint64_t{1} << 63) - 1;
    const uint64_t magnitude =
        number.overflow || number.magnitude > limit ? limit : number.magnitude;
    return static_cast<int64_t>(number.negative ? 0 - magnitude : magnitude);
}

}  // namespace

RSL_EXPORT int atoi(const char* text) { return to_signed32<char>(text, nullptr, 10); }
RSL_EXPORT Long atol(const char* text) { return to_signed32<char>(text, nullptr, 10); }
RSL_EXPORT int _wtoi(const wchar_t* text) { return to_signed32<wchar_t>(text, nullptr, 10); }
RSL_EXPORT Long _wtol(const wchar_t* text) { return to_signed32<wchar_t>(text, nullptr, 10); }
RSL_EXPORT int64_t _atoi64(const char* text) { return to_signed64<char>(text, nullptr, 10); }
RSL_EXPORT int64_t _wtoi64(const wchar_t* text) { return to_signed64<wchar_t>(text, nullptr, 10); }
RSL_EXPORT int64_t _strtoi64(const char* text, char** end, int base) {
    return to_signed64(text, end, base);
}
RSL_EXPORT int64_t _wcstoi64(const wchar_t* text, wchar_t** end, int base) {
    return to_signed64(text, end, base);
}
RSL_EXPORT uint64_t _wcstoui64(const wchar_t* text, wchar_t** end, int base) {
    return to_unsigned64(text, end, base);
}
RSL_EXPORT Long strtol(const char* text, char** end, int base) {
    return to_signed32(text, end, base);
}
RSL_EXPORT UnsignedLong strtoul(const char* text, char** end, int base) {
    return to_unsigned32(text, end, base);
}
RSL_EXPORT uint64_t _strtoui64(const char* text, char** end, int base) {
    return to_unsigned64(text, end, base);
}
RSL_EXPORT Long wcstol(const wchar_t* text, wchar_t** end, int base) {
    return to_signed32(text, end, base);
}
RSL_EXPORT UnsignedLong wcstoul(const wchar_t* text, wchar_t** end, int base) {
    return to_unsigned32(text, end, base);
}

// ---- Numbers into text. Only base 10 has a minus sign.
namespace {

template <typename Char>
Char* write(uint64_t bits, bool negative, Char* out, int base) {
    Char* at = out;
    if (negative) *at++ = '-';
    at += rsl::rtl::write_digits(negative ? 0 - bits : bits, static_cast<unsigned>(base),
                                 Letters::kLower, at);
    *at = 0;
    return out;
}
template <typename Char>
Char* write32(int32_t value, Char* out, int base) {
    const bool negative = base == 10 && value < 0;
    return write(negative ? static_cast<uint64_t>(int64_t{value}) : static_cast<uint32_t>(value),
                 negative, out, base);
}
template <typename Char>
Char* write64(int64_t value, Char* out, int base) {
    return write(static_cast<uint64_t>(value), base == 10 && value < 0, out, base);
}
/// The checked forms measure first.
template <typename Char, typename Value, typename Write>
int write_checked(Value value, Char* out, size_t capacity, int base, Write&& plain) {
    if (out == nullptr || capacity == 0) return crt::kErrorInvalid;
    out[0] = 0;
    if (base < 2 || base > 36) return crt::kErrorInvalid;
    Char whole[68];
    plain(value, whole, base);
    // What does not fit is EINVAL here, not ERANGE as with strings.
    return crt::copy_checked(out, capacity, static_cast<const Char*>(whole), crt::kWhole) == 0 ? 0 : crt::kErrorInvalid;
}

}  // namespace

RSL_EXPORT char* _itoa(int value, char* out, int base) { return write32(value, out, base); }
RSL_EXPORT char* _ltoa(Long value, char* out, int base) { return write32(value, out, base); }
RSL_EXPORT char* _ultoa(UnsignedLong value, char* out, int base) {
    return write(uint64_t{value}, false, out, base);
}
RSL_EXPORT char* _i64toa(int64_t value, char* out, int base) { return write64(value, out, base); }
RSL_EXPORT char* _ui64toa(uint64_t value, char* out, int base) {
    return write(value, false, out, base);
}
RSL_EXPORT wchar_t* _itow(int value, wchar_t* out, int base) { return write32(value, out, base); }
RSL_EXPORT wchar_t* _ltow(Long value, wchar_t* out, int base) { return write32(value, out, base); }
RSL_EXPORT wchar_t* _ultow(UnsignedLong value, wchar_t* out, int base) {
    return write(uint64_t{value}, false, out, base);
}
RSL_EXPORT wchar_t* _i64tow(int64_t value, wchar_t* out, int base) {
    return write64(value, out, base);
}
RSL_EXPORT wchar_t* _ui64tow(uint64_t value, wchar_t* out, int base) {
    return write(value, false, out, base);
}
RSL_EXPORT int _itoa_s(int value, char* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, write32<char>);
}
RSL_EXPORT int _ltoa_s(Long value, char* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, write32<char>);
}
RSL_EXPORT int _ultoa_s(UnsignedLong value, char* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, _ultoa);
}
RSL_EXPORT int _i64toa_s(int64_t value, char* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, write64<char>);
}
RSL_EXPORT int _ui64toa_s(uint64_t value, char* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, _ui64toa);
}
RSL_EXPORT int _itow_s(int value, wchar_t* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, write32<wchar_t>);
}
RSL_EXPORT int _ltow_s(Long value, wchar_t* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, write32<wchar_t>);
}
RSL_EXPORT int _ultow_s(UnsignedLong value, wchar_t* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, _ultow);
}
RSL_EXPORT int _i64tow_s(int64_t value, wchar_t* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, write64<wchar_t>);
}
RSL_EXPORT int _ui64tow_s(uint64_t value, wchar_t* out, size_t capacity, int base) {
    return write_checked(value, out, capacity, base, _ui64tow);
}

// ---- Checked copies of memory
extern "C" void* memcpy(void*, const void*, size_t);
extern "C" void* memmove(void*, const void*, size_t);
extern "C" void* memset(void*, int, size_t);

RSL_EXPORT int memcpy_s(void* to, size_t capacity, const void* from, size_t bytes) {
    if (bytes == 0) return 0;
    if (to == nullptr) return crt::kErrorInvalid;
    if (from == nullptr || capacity < bytes) {
        memset(to, 0, capacity);
        return from == nullptr ? crt::kErrorInvalid : crt::kErrorRange;
    }
    memcpy(to, from, bytes);
    return 0;
}
RSL_EXPORT int memmove_s(void* to, size_t capacity, const void* from, size_t bytes) {
    if (bytes == 0) return 0;
    if (to == nullptr || from == nullptr) return crt::kErrorInvalid;
    if (capacity < bytes) return crt::kErrorRange;
    memmove(to, from, bytes);
    return 0;
}

// ---- Sorting and searching
RSL_EXPORT void qsort(void* base, size_t count, size_t bytes,
                      int (*compare)(const void*, const void*)) {
    rsl::rtl::sort(base, count, bytes, compare);
}
RSL_EXPORT void qsort_s(void* base, size_t count, size_t bytes,
                        int (*compare)(void*, const void*, const void*), void* context) {
    rsl::rtl::sort(base, count, bytes,
                   [&](const void* a, const void* b) { return compare(context, a, b); });
}
RSL_EXPORT void* bsearch(const void* key, const void* base, size_t count, size_t bytes,
                         int (*compare)(const void*, const void*)) {
    return rsl::rtl::search(key, base, count, bytes, compare);
}
RSL_EXPORT void* bsearch_s(const void* key, const void* base, size_t count, size_t bytes,
                           int (*compare)(void*, const void*, const void*), void* context) {
    return rsl::rtl::search(key, base, count, bytes,
                            [&](const void* a, const void* b) { return compare(context, a, b); });
}

// ---- Random numbers: the documented range 0 to 32767, the generator that MSVC's library has
// always had
namespace {
constinit std::atomic<uint32_t> g_random_seed = 1;
}
RSL_EXPORT void srand(unsigned seed) { g_random_seed.store(seed, std::memory_order_relaxed); }
RSL_EXPORT int rand() {
    uint32_t old = g_random_seed.load(std::memory_order_relaxed);
    uint32_t next;
    do {
        next = old * 214013u + 2531011u;
    } while (!g_random_seed.compare_exchange_weak(old, next,
                                                  std::memory_order_relaxed));  // a value, no data
    return static_cast<int>(next >> 16 & 0x7FFF);
}

// ---- Between narrow and wide text: Windows-1252, one byte a character
RSL_EXPORT size_t mbstowcs(wchar_t* to, const char* from, size_t most) {
    size_t i = 0;
    for (; (to == nullptr || i < most) && from[i] != 0; ++i) {
        if (to != nullptr) to[i] = static_cast<wchar_t>(rsl::rtl::ansi_to_unicode(from[i]));
    }
    if (to != nullptr && i < most) to[i] = 0;
    return i;
}
RSL_EXPORT size_t wcstombs(char* to, const wchar_t* from, size_t most) {
    size_t i = 0;
    for (; (to == nullptr || i < most) && from[i] != 0; ++i) {
        if (to != nullptr) to[i] = rsl::rtl::unicode_to_ansi(static_cast<char16_t>(from[i]));
    }
    if (to != nullptr && i < most) to[i] = 0;
    return i;
}
RSL_EXPORT int mbtowc(wchar_t* to, const char* from, size_t bytes) {
    if (from == nullptr || bytes == 0) return 0;
    if (to != nullptr) *to = static_cast<wchar_t>(rsl::rtl::ansi_to_unicode(*from));
    return *from != 0;
}
RSL_EXPORT int wctomb(char* to, wchar_t from) {
    if (to == nullptr) return 0;
    *to = rsl::rtl::unicode_to_ansi(static_cast<char16_t>(from));
    return 1;
}

/// What a call of a pure virtual function comes to.
RSL_EXPORT int _purecall() {
    rsl::ke::bug_check(KMODE_EXCEPTION_NOT_HANDLED, 0xC0000002,
                       reinterpret_cast<uint64_t>(__builtin_return_address(0)), 0, 0,
                       {.explanation = "A driver called a pure virtual function: an object was "
                                       "used while it was made or after it was destroyed."});
}
