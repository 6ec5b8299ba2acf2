/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

CRT(size_t, mbstowcs, wchar_t*, const char*, size_t);
CRT(size_t, wcstombs, char*, const wchar_t*, size_t);
CRT(int, mbtowc, wchar_t*, const char*, size_t);
CRT(int, wctomb, char*, wchar_t);

CONFORMANCE(mbstowcs, ConvertsOrMeasures) {
    wchar_t wide[5] = L"####";
    CHECK_EQ(crt_mbstowcs(wide, "abc", 5), 3);
    CHECK_BYTES(wide, L"abc", 8);
    CHECK_EQ(crt_mbstowcs(NULL, "abcde", 0), 5);
    CHECK_EQ(crt_mbstowcs(wide, "xyz", 2), 2);
    CHECK_BYTES(wide, L"xyc", 8);
}

CONFORMANCE(wcstombs, ConvertsOrMeasures) {
    char narrow[5] = "####";
    CHECK_EQ(crt_wcstombs(narrow, L"abc", 5), 3);
    CHECK_BYTES(narrow, "abc", 4);
    CHECK_EQ(crt_wcstombs(NULL, L"abcde", 0), 5);
    CHECK_EQ(crt_wcstombs(narrow, L"xyz", 2), 2);
    CHECK_BYTES(narrow, "xyc", 4);
}

CONFORMANCE(mbtowc, ConvertsOneCharacter) {
    wchar_t wide = 0;
    CHECK_EQ(crt_mbtowc(&wide, "ab", 2), 1);
    CHECK_EQ(wide, L'a');
    CHECK_EQ(crt_mbtowc(&wide, "", 1), 0);
    CHECK_EQ(crt_mbtowc(&wide, NULL, 1), 0);
}

CONFORMANCE(wctomb, ConvertsOneCharacter) {
    char narrow[8] = "##";
    CHECK_EQ(crt_wctomb(narrow, L'a'), 1);
    CHECK_EQ(narrow[0], 'a');
    CHECK_EQ(narrow[1], '#');
    CHECK_EQ(crt_wctomb(narrow, 0), 1);
    CHECK_EQ(narrow[0], 0);
}
