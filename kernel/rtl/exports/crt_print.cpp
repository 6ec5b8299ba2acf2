// SPDX-License-Identifier: GPL-2.0-only
// The printf family under its many names. In the VM only.
//   IRQL     any as long as all text is resident; wide text is written as UTF-8 into narrow text
//   Returns  the length, or -1 as each form documents
//   Source   learn.microsoft.com/cpp/c-runtime-library/reference/sprintf-sprintf-l-swprintf-swprintf-l-swprintf-l
// The compiler's headers declare these functions too, as imports.
#define _CRTIMP
#include <cstdarg>

#include "abi/functions/export.h"
#include "kernel/rtl/crt.hpp"
#include "kernel/rtl/format.hpp"

namespace {

using rsl::rtl::crt::kTruncate;

size_t format(char* out, size_t capacity, const char* text, va_list list) {
    rsl::rtl::SlotArguments arguments{list};
    return rsl::rtl::format_to(out, capacity, text, arguments);
}
size_t format(wchar_t* out, size_t capacity, const wchar_t* text, va_list list) {
    rsl::rtl::SlotArguments arguments{list};
    return rsl::rtl::format_to(reinterpret_cast<char16_t*>(out), capacity, reinterpret_cast<const char16_t*>(text),
                               arguments);
}

/// sprintf: trusts the buffer.
template <typename Char>
int print(Char* out, const Char* text, va_list list) {
    const size_t length = format(out, ~size_t{0} >> 1, text, list);
    out[length] = 0;
    return static_cast<int>(length);
}
/// _snprintf: no terminator when the text fills the buffer, -1 when it does not fit.
template <typename Char>
int print_counted(Char* out, size_t count, const Char* text, va_list list) {
    const size_t length = format(out, count, text, list);
    if (length < count) out[length] = 0;
    return length > count ? -1 : static_cast<int>(length);
}
/// sprintf_s: all or nothing.
template <typename Char>
int print_checked(Char* out, size_t capacity, const Char* text, va_list list) {
    if (out == nullptr || capacity == 0) return -1;
    const size_t length = text == nullptr ? capacity : format(out, capacity, text, list);
    out[length < capacity ? length : 0] = 0;
    return length < capacity ? static_cast<int>(length) : -1;
}
/// _snprintf_s: at most `count` characters; cut text is kept and told by -1.
template <typename Char>
int print_truncated(Char* out, size_t capacity, size_t count, const Char* text, va_list list) {
    if (out == nullptr || capacity == 0 || text == nullptr) return -1;
    const size_t room = count == kTruncate || count >= capacity ? capacity - 1 : count;
    const size_t length = format(out, room, text, list);
    if (length <= room) return out[length] = 0, static_cast<int>(length);
    // More than `count` allowed is a truncation that was asked for; more than the buffer is an error.
    const bool asked = count == kTruncate || count < capacity;
    out[asked ? room : 0] = 0;
    return -1;
}

}  // namespace

#define RSL_WITH_LIST(call)  \
    va_list list;            \
    va_start(list, text);    \
    const int length = call; \
    va_end(list);            \
    return length

RSL_EXPORT int vsprintf(char* out, const char* text, va_list list) { return print(out, text, list); }
RSL_EXPORT int sprintf(char* out, const char* text, ...) { RSL_WITH_LIST(print(out, text, list)); }
RSL_EXPORT int _vswprintf(wchar_t* out, const wchar_t* text, va_list list) { return print(out, text, list); }
// These two names mean another function in ISO C, which the compiler's headers define inline.
extern "C" int nt_vswprintf(wchar_t* out, const wchar_t* text, va_list list) __asm__("vswprintf");
extern "C" int nt_swprintf(wchar_t* out, const wchar_t* text, ...) __asm__("swprintf");
int nt_vswprintf(wchar_t* out, const wchar_t* text, va_list list) { return print(out, text, list); }
int nt_swprintf(wchar_t* out, const wchar_t* text, ...) { RSL_WITH_LIST(print(out, text, list)); }
RSL_EXPORT int _swprintf(wchar_t* out, const wchar_t* text, ...) { RSL_WITH_LIST(print(out, text, list)); }

RSL_EXPORT int _vsnprintf(char* out, size_t count, const char* text, va_list list) {
    return print_counted(out, count, text, list);
}
RSL_EXPORT int _snprintf(char* out, size_t count, const char* text, ...) {
    RSL_WITH_LIST(print_counted(out, count, text, list));
}
RSL_EXPORT int _vsnwprintf(wchar_t* out, size_t count, const wchar_t* text, va_list list) {
    return print_counted(out, count, text, list);
}
RSL_EXPORT int _snwprintf(wchar_t* out, size_t count, const wchar_t* text, ...) {
    RSL_WITH_LIST(print_counted(out, count, text, list));
}

RSL_EXPORT int vsprintf_s(char* out, size_t capacity, const char* text, va_list list) {
    return print_checked(out, capacity, text, list);
}
RSL_EXPORT int sprintf_s(char* out, size_t capacity, const char* text, ...) {
    RSL_WITH_LIST(print_checked(out, capacity, text, list));
}
RSL_EXPORT int vswprintf_s(wchar_t* out, size_t capacity, const wchar_t* text, va_list list) {
    return print_checked(out, capacity, text, list);
}
RSL_EXPORT int swprintf_s(wchar_t* out, size_t capacity, const wchar_t* text, ...) {
    RSL_WITH_LIST(print_checked(out, capacity, text, list));
}

RSL_EXPORT int _vsnprintf_s(char* out, size_t capacity, size_t count, const char* text, va_list list) {
    return print_truncated(out, capacity, count, text, list);
}
RSL_EXPORT int _snprintf_s(char* out, size_t capacity, size_t count, const char* text, ...) {
    RSL_WITH_LIST(print_truncated(out, capacity, count, text, list));
}
RSL_EXPORT int _vsnwprintf_s(wchar_t* out, size_t capacity, size_t count, const wchar_t* text, va_list list) {
    return print_truncated(out, capacity, count, text, list);
}
RSL_EXPORT int _snwprintf_s(wchar_t* out, size_t capacity, size_t count, const wchar_t* text, ...) {
    RSL_WITH_LIST(print_truncated(out, capacity, count, text, list));
}
