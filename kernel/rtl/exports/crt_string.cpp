// SPDX-License-Identifier: GPL-2.0-only
// The C library's strings, narrow and wide, under the names that drivers import. In the VM only.
//   IRQL     any, on resident memory
//   Source   learn.microsoft.com/cpp/c-runtime-library/reference/
//   Differs  case is ASCII's for narrow text, as in the C locale, and Unicode's simple mapping for
//   wide
// The compiler's headers declare these functions too, as imports.
#define _CRTIMP
#include "kernel/rtl/crt.hpp"

#include "abi/functions/export.h"

namespace crt = rsl::rtl::crt;

// ---- Narrow

RSL_EXPORT size_t strlen(const char* text) { return crt::length(text); }
RSL_EXPORT size_t strnlen(const char* text, size_t most) { return crt::length(text, most); }
RSL_EXPORT int strcmp(const char* a, const char* b) { return crt::compare(a, b); }
RSL_EXPORT int strncmp(const char* a, const char* b, size_t most) {
    return crt::compare(a, b, most);
}
RSL_EXPORT int _stricmp(const char* a, const char* b) { return crt::compare_ignoring_case(a, b); }
RSL_EXPORT int _strnicmp(const char* a, const char* b, size_t most) {
    return crt::compare_ignoring_case(a, b, most);
}
RSL_EXPORT char* strcpy(char* to, const char* from) { return crt::copy(to, from); }
RSL_EXPORT char* strncpy(char* to, const char* from, size_t count) {
    return crt::copy_padded(to, from, count);
}
RSL_EXPORT char* strcat(char* to, const char* from) { return crt::append(to, from); }
RSL_EXPORT char* strncat(char* to, const char* from, size_t most) {
    return crt::append(to, from, most);
}
RSL_EXPORT char* strchr(const char* text, int wanted) {
    return crt::find(text, static_cast<char>(wanted));
}
RSL_EXPORT char* strrchr(const char* text, int wanted) {
    return crt::find_last(text, static_cast<char>(wanted));
}
RSL_EXPORT char* strstr(const char* text, const char* part) { return crt::find_text(text, part); }
RSL_EXPORT size_t strspn(const char* text, const char* set) {
    return crt::span_of(text, set, true);
}
RSL_EXPORT size_t strcspn(const char* text, const char* set) {
    return crt::span_of(text, set, false);
}
RSL_EXPORT char* _strlwr(char* text) { return crt::map(text, crt::lower<char>); }
RSL_EXPORT char* _strupr(char* text) { return crt::map(text, crt::upper<char>); }
RSL_EXPORT char* _strset(char* text, int value) {
    return crt::fill(text, static_cast<char>(value));
}
RSL_EXPORT char* _strnset(char* text, int value, size_t most) {
    return crt::fill(text, static_cast<char>(value), most);
}
RSL_EXPORT char* _strrev(char* text) { return crt::reverse(text); }
RSL_EXPORT char* strpbrk(const char* text, const char* set) { return crt::find_any(text, set); }

// ---- Wide

RSL_EXPORT size_t wcslen(const wchar_t* text) { return crt::length(text); }
RSL_EXPORT size_t wcsnlen(const wchar_t* text, size_t most) { return crt::length(text, most); }
RSL_EXPORT int wcscmp(const wchar_t* a, const wchar_t* b) { return crt::compare(a, b); }
RSL_EXPORT int wcsncmp(const wchar_t* a, const wchar_t* b, size_t most) {
    return crt::compare(a, b, most);
}
RSL_EXPORT int _wcsicmp(const wchar_t* a, const wchar_t* b) {
    return crt::compare_ignoring_case(a, b);
}
RSL_EXPORT int _wcsnicmp(const wchar_t* a, const wchar_t* b, size_t most) {
    return crt::compare_ignoring_case(a, b, most);
}
RSL_EXPORT wchar_t* wcscpy(wchar_t* to, const wchar_t* from) { return crt::copy(to, from); }
RSL_EXPORT wchar_t* wcsncpy(wchar_t* to, const wchar_t* from, size_t count) {
    return crt::copy_padded(to, from, count);
}
RSL_EXPORT wchar_t* wcscat(wchar_t* to, const wchar_t* from) { return crt::append(to, from); }
RSL_EXPORT wchar_t* wcsncat(wchar_t* to, const wchar_t* from, size_t most) {
    return crt::append(to, from, most);
}
RSL_EXPORT wchar_t* wcschr(const wchar_t* text, wchar_t wanted) { return crt::find(text, wanted); }
RSL_EXPORT wchar_t* wcsrchr(const wchar_t* text, wchar_t wanted) {
    return crt::find_last(text, wanted);
}
RSL_EXPORT wchar_t* wcsstr(const wchar_t* text, const wchar_t* part) {
    return crt::find_text(text, part);
}
RSL_EXPORT size_t wcsspn(const wchar_t* text, const wchar_t* set) {
    return crt::span_of(text, set, true);
}
RSL_EXPORT size_t wcscspn(const wchar_t* text, const wchar_t* set) {
    return crt::span_of(text, set, false);
}
RSL_EXPORT wchar_t* _wcslwr(wchar_t* text) { return crt::map(text, crt::lower<wchar_t>); }
RSL_EXPORT wchar_t* _wcsupr(wchar_t* text) { return crt::map(text, crt::upper<wchar_t>); }
RSL_EXPORT wchar_t* _wcsnset(wchar_t* text, wchar_t value, size_t most) {
    return crt::fill(text, value, most);
}
RSL_EXPORT wchar_t* _wcsset(wchar_t* text, wchar_t value) { return crt::fill(text, value); }
RSL_EXPORT wchar_t* _wcsrev(wchar_t* text) { return crt::reverse(text); }
RSL_EXPORT wchar_t* wcspbrk(const wchar_t* text, const wchar_t* set) {
    return crt::find_any(text, set);
}

// ---- Checked forms. The errno they return: EINVAL, ERANGE, STRUNCATE.

RSL_EXPORT int strcpy_s(char* to, size_t capacity, const char* from) {
    return crt::copy_checked(to, capacity, from, crt::kWhole);
}
RSL_EXPORT int strncpy_s(char* to, size_t capacity, const char* from, size_t most) {
    return crt::copy_checked(to, capacity, from, most);
}
RSL_EXPORT int strcat_s(char* to, size_t capacity, const char* from) {
    return crt::append_checked(to, capacity, from, crt::kWhole);
}
RSL_EXPORT int strncat_s(char* to, size_t capacity, const char* from, size_t most) {
    return crt::append_checked(to, capacity, from, most);
}
RSL_EXPORT int wcscpy_s(wchar_t* to, size_t capacity, const wchar_t* from) {
    return crt::copy_checked(to, capacity, from, crt::kWhole);
}
RSL_EXPORT int wcsncpy_s(wchar_t* to, size_t capacity, const wchar_t* from, size_t most) {
    return crt::copy_checked(to, capacity, from, most);
}
RSL_EXPORT int wcscat_s(wchar_t* to, size_t capacity, const wchar_t* from) {
    return crt::append_checked(to, capacity, from, crt::kWhole);
}
RSL_EXPORT int wcsncat_s(wchar_t* to, size_t capacity, const wchar_t* from, size_t most) {
    return crt::append_checked(to, capacity, from, most);
}
RSL_EXPORT char* strtok_s(char* text, const char* separators, char** rest) {
    return crt::next_token(text, separators, rest);
}
RSL_EXPORT wchar_t* wcstok_s(wchar_t* text, const wchar_t* separators, wchar_t** rest) {
    return crt::next_token(text, separators, rest);
}

// ---- Checked forms of what changes in place: a text that does not end inside its buffer is
// emptied.

RSL_EXPORT int _strlwr_s(char* text, size_t capacity) {
    return crt::change_checked(text, capacity, [&] { crt::map(text, crt::lower<char>); });
}
RSL_EXPORT int _strupr_s(char* text, size_t capacity) {
    return crt::change_checked(text, capacity, [&] { crt::map(text, crt::upper<char>); });
}
RSL_EXPORT int _strset_s(char* text, size_t capacity, int value) {
    return crt::change_checked(text, capacity, [&] { crt::fill(text, static_cast<char>(value)); });
}
RSL_EXPORT int _strnset_s(char* text, size_t capacity, int value, size_t most) {
    return crt::change_checked(text, capacity,
                               [&] { crt::fill(text, static_cast<char>(value), most); });
}
RSL_EXPORT int _wcslwr_s(wchar_t* text, size_t capacity) {
    return crt::change_checked(text, capacity, [&] { crt::map(text, crt::lower<wchar_t>); });
}
RSL_EXPORT int _wcsupr_s(wchar_t* text, size_t capacity) {
    return crt::change_checked(text, capacity, [&] { crt::map(text, crt::upper<wchar_t>); });
}
RSL_EXPORT int _wcsset_s(wchar_t* text, size_t capacity, wchar_t value) {
    return crt::change_checked(text, capacity, [&] { crt::fill(text, value); });
}
RSL_EXPORT int _wcsnset_s(wchar_t* text, size_t capacity, wchar_t value, size_t most) {
    return crt::change_checked(text, capacity, [&] { crt::fill(text, value, most); });
}
