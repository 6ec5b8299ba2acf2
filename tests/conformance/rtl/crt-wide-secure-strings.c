/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

CRT(int, wcscpy_s, wchar_t*, size_t, const wchar_t*);
CRT(int, wcsncpy_s, wchar_t*, size_t, const wchar_t*, size_t);
CRT(int, wcscat_s, wchar_t*, size_t, const wchar_t*);
CRT(int, wcsncat_s, wchar_t*, size_t, const wchar_t*, size_t);
CRT(wchar_t*, wcstok_s, wchar_t*, const wchar_t*, wchar_t**);
CRT(int, _wcslwr_s, wchar_t*, size_t);
CRT(int, _wcsupr_s, wchar_t*, size_t);
CRT(int, _wcsset_s, wchar_t*, size_t, wchar_t);
CRT(int, _wcsnset_s, wchar_t*, size_t, wchar_t, size_t);

CONFORMANCE(wcscpy_s, CopiesOrEmpties) {
    wchar_t to[4] = L"###";
    CHECK_EQ(crt_wcscpy_s(to, 4, L"abc"), 0);
    CHECK_BYTES(to, L"abc", sizeof(to));
    CHECK_EQ(crt_wcscpy_s(to, 3, L"abc"), ERANGE_);
    CHECK_EQ(to[0], 0);
    to[0] = 'x';
    CHECK_EQ(crt_wcscpy_s(to, 4, NULL), EINVAL_);
    CHECK_EQ(to[0], 0);
    CHECK_EQ(crt_wcscpy_s(NULL, 4, L"a"), EINVAL_);
}

CONFORMANCE(wcsncpy_s, CopiesTruncatesOrEmpties) {
    wchar_t to[4] = L"###";
    CHECK_EQ(crt_wcsncpy_s(to, 4, L"abcdef", 2), 0);
    CHECK_BYTES(to, L"ab", 3 * sizeof(wchar_t));
    CHECK_EQ(crt_wcsncpy_s(to, 4, L"abcdef", (size_t)-1), STRUNCATE_);
    CHECK_BYTES(to, L"abc", sizeof(to));
    CHECK_EQ(crt_wcsncpy_s(to, 4, L"abcdef", 4), ERANGE_);
    CHECK_EQ(to[0], 0);
}

CONFORMANCE(wcscat_s, AppendsOrEmpties) {
    wchar_t to[6] = L"ab";
    CHECK_EQ(crt_wcscat_s(to, 6, L"cde"), 0);
    CHECK_BYTES(to, L"abcde", sizeof(to));
    CHECK_EQ(crt_wcscat_s(to, 6, L"f"), ERANGE_);
    CHECK_EQ(to[0], 0);
    CHECK_EQ(crt_wcscat_s(to, 6, NULL), EINVAL_);
}

CONFORMANCE(wcsncat_s, AppendsTruncatesOrEmpties) {
    wchar_t to[6] = L"ab";
    CHECK_EQ(crt_wcsncat_s(to, 6, L"cdefg", 2), 0);
    CHECK_BYTES(to, L"abcd", 5 * sizeof(wchar_t));
    CHECK_EQ(crt_wcsncat_s(to, 6, L"efg", (size_t)-1), STRUNCATE_);
    CHECK_BYTES(to, L"abcde", sizeof(to));
    CHECK_EQ(crt_wcsncat_s(to, 6, L"fgh", 2), ERANGE_);
    CHECK_EQ(to[0], 0);
}

CONFORMANCE(wcstok_s, CutsTokensOff) {
    wchar_t text[] = L"  one,two ";
    wchar_t* rest = NULL;
    wchar_t* token = crt_wcstok_s(text, L" ,", &rest);
    CHECK_EQ(token, text + 2);
    CHECK_BYTES(token, L"one", 4 * sizeof(wchar_t));
    token = crt_wcstok_s(NULL, L" ,", &rest);
    CHECK_EQ(token, text + 6);
    CHECK_EQ(crt_wcstok_s(NULL, L" ,", &rest), NULL);
    CHECK_EQ(crt_wcstok_s(NULL, L" ,", &rest), NULL);
}

CONFORMANCE(_wcslwr_s, ConvertsOrRefuses) {
    wchar_t text[] = L"AbC";
    CHECK_EQ(crt__wcslwr_s(text, 4), 0);
    CHECK_BYTES(text, L"abc", sizeof(text));
    CHECK_EQ(crt__wcslwr_s(text, 3), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__wcslwr_s(NULL, 3), EINVAL_);
}

CONFORMANCE(_wcsupr_s, ConvertsOrRefuses) {
    wchar_t text[] = L"AbC";
    CHECK_EQ(crt__wcsupr_s(text, 4), 0);
    CHECK_BYTES(text, L"ABC", sizeof(text));
    CHECK_EQ(crt__wcsupr_s(text, 3), EINVAL_);
    CHECK_EQ(text[0], 0);
}

CONFORMANCE(_wcsset_s, SetsOrRefuses) {
    wchar_t text[] = L"abc";
    CHECK_EQ(crt__wcsset_s(text, 4, 'x'), 0);
    CHECK_BYTES(text, L"xxx", sizeof(text));
    CHECK_EQ(crt__wcsset_s(text, 3, 'y'), EINVAL_);
    CHECK_EQ(text[0], 0);
}

CONFORMANCE(_wcsnset_s, SetsOrRefuses) {
    wchar_t text[] = L"abc";
    CHECK_EQ(crt__wcsnset_s(text, 4, 'x', 2), 0);
    CHECK_BYTES(text, L"xxc", sizeof(text));
    CHECK_EQ(crt__wcsnset_s(text, 3, 'y', 2), EINVAL_);
    CHECK_EQ(text[0], 0);
}
