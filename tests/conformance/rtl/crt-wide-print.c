/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include <stdarg.h>
#include "conformance.h"
#include "crt.h"

CRT(int, swprintf, wchar_t*, const wchar_t*, ...);
CRT(int, vswprintf, wchar_t*, const wchar_t*, va_list);
CRT(int, _snwprintf, wchar_t*, size_t, const wchar_t*, ...);
CRT(int, _vsnwprintf, wchar_t*, size_t, const wchar_t*, va_list);
CRT(int, swprintf_s, wchar_t*, size_t, const wchar_t*, ...);
CRT(int, vswprintf_s, wchar_t*, size_t, const wchar_t*, va_list);
CRT(int, _snwprintf_s, wchar_t*, size_t, size_t, const wchar_t*, ...);
CRT(int, _vsnwprintf_s, wchar_t*, size_t, size_t, const wchar_t*, va_list);
CRT(int, _swprintf, wchar_t*, const wchar_t*, ...);
CRT(int, _vswprintf, wchar_t*, const wchar_t*, va_list);

CONFORMANCE(swprintf, FormatsAsTheReferenceSays) {
    wchar_t text[128];
    int length = crt_swprintf(text, L"%d|%5d|%-5d|%05d|%+d|%u|%x|%#X|%o", -1, 42, 42, 42, 42,
                              4000000000u, 255, 255, 8);
    CHECK_EQ(length, 46);
    CHECK_BYTES(text, L"-1|   42|42   |00042|+42|4000000000|ff|0XFF|10",
                (length + 1) * sizeof(wchar_t));
    length = crt_swprintf(text, L"%c%%%S|%.2S|%5S|%s|%I64d|%lld|%p", 'c', "narrow", "abc", "ab",
                          L"wide", -1234567890123ll, 5ll, (void*)0xAB);
    CHECK_BYTES(text, L"c%narrow|ab|   ab|wide|-1234567890123|5|00000000000000AB",
                (length + 1) * sizeof(wchar_t));
}

CONFORMANCE(_swprintf, FormatsAsTheReferenceSays) {
    wchar_t text[128];
    int length = crt__swprintf(text, L"%d|%5d|%-5d|%05d|%+d|%u|%x|%#X|%o", -1, 42, 42, 42, 42,
                               4000000000u, 255, 255, 8);
    CHECK_EQ(length, 46);
    CHECK_BYTES(text, L"-1|   42|42   |00042|+42|4000000000|ff|0XFF|10",
                (length + 1) * sizeof(wchar_t));
    length = crt__swprintf(text, L"%c%%%S|%.2S|%5S|%s|%I64d|%lld|%p", 'c', "narrow", "abc", "ab",
                           L"wide", -1234567890123ll, 5ll, (void*)0xAB);
    CHECK_BYTES(text, L"c%narrow|ab|   ab|wide|-1234567890123|5|00000000000000AB",
                (length + 1) * sizeof(wchar_t));
}

static int Call_vswprintf(wchar_t* Text, const wchar_t* Format, ...) {
    va_list list;
    int length;
    va_start(list, Format);
    length = crt_vswprintf(Text, Format, list);
    va_end(list);
    return length;
}

CONFORMANCE(vswprintf, TakesAList) {
    wchar_t text[16];
    CHECK_EQ(Call_vswprintf(text, L"%d,%x", 12, 0xAB), 5);
    CHECK_BYTES(text, L"12,ab", 6 * sizeof(wchar_t));
}

static int Call__vswprintf(wchar_t* Text, const wchar_t* Format, ...) {
    va_list list;
    int length;
    va_start(list, Format);
    length = crt__vswprintf(Text, Format, list);
    va_end(list);
    return length;
}

CONFORMANCE(_vswprintf, TakesAList) {
    wchar_t text[16];
    CHECK_EQ(Call__vswprintf(text, L"%d,%x", 12, 0xAB), 5);
    CHECK_BYTES(text, L"12,ab", 6 * sizeof(wchar_t));
}

CONFORMANCE(_snwprintf, LeavesTheTerminatorOutWhenFull) {
    wchar_t text[6] = L"#####";
    CHECK_EQ(crt__snwprintf(text, 5, L"%d", 12), 2);
    CHECK_BYTES(text, L"12", 3 * sizeof(wchar_t));
    CHECK_EQ(crt__snwprintf(text, 3, L"%d", 123), 3);
    CHECK_BYTES(text, L"123##", sizeof(text));
    CHECK_EQ(crt__snwprintf(text, 3, L"%d", 4567), -1);
    CHECK_BYTES(text, L"456##", sizeof(text));
}

static int Call__vsnwprintf(wchar_t* Text, size_t Count, const wchar_t* Format, ...) {
    va_list list;
    int length;
    va_start(list, Format);
    length = crt__vsnwprintf(Text, Count, Format, list);
    va_end(list);
    return length;
}

CONFORMANCE(_vsnwprintf, LeavesTheTerminatorOutWhenFull) {
    wchar_t text[6] = L"#####";
    CHECK_EQ(Call__vsnwprintf(text, 5, L"%d", 12), 2);
    CHECK_BYTES(text, L"12", 3 * sizeof(wchar_t));
    CHECK_EQ(Call__vsnwprintf(text, 3, L"%d", 4567), -1);
    CHECK_BYTES(text, L"456##", sizeof(text));
}

CONFORMANCE(swprintf_s, WritesAllOrNothing) {
    wchar_t text[6] = L"#####";
    CHECK_EQ(crt_swprintf_s(text, 4, L"%d", 123), 3);
    CHECK_BYTES(text, L"123", 4 * sizeof(wchar_t));
    CHECK_EQ(crt_swprintf_s(text, 4, L"%d", 4567), -1);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt_swprintf_s(NULL, 4, L"%d", 1), -1);
}

static int Call_vswprintf_s(wchar_t* Text, size_t Size, const wchar_t* Format, ...) {
    va_list list;
    int length;
    va_start(list, Format);
    length = crt_vswprintf_s(Text, Size, Format, list);
    va_end(list);
    return length;
}

CONFORMANCE(vswprintf_s, WritesAllOrNothing) {
    wchar_t text[6] = L"#####";
    CHECK_EQ(Call_vswprintf_s(text, 4, L"%d", 123), 3);
    CHECK_BYTES(text, L"123", 4 * sizeof(wchar_t));
    CHECK_EQ(Call_vswprintf_s(text, 4, L"%d", 4567), -1);
    CHECK_EQ(text[0], 0);
}

CONFORMANCE(_snwprintf_s, TruncatesWhenAsked) {
    wchar_t text[6] = L"#####";
    CHECK_EQ(crt__snwprintf_s(text, 6, 3, L"%d", 12), 2);
    CHECK_EQ(crt__snwprintf_s(text, 6, 3, L"%d", 12345), -1);
    CHECK_BYTES(text, L"123", 4 * sizeof(wchar_t));
    CHECK_EQ(crt__snwprintf_s(text, 5, (size_t)-1, L"%d", 1234567), -1);
    CHECK_BYTES(text, L"1234", 5 * sizeof(wchar_t));
}

static int Call__vsnwprintf_s(wchar_t* Text, size_t Size, size_t Count, const wchar_t* Format,
                              ...) {
    va_list list;
    int length;
    va_start(list, Format);
    length = crt__vsnwprintf_s(Text, Size, Count, Format, list);
    va_end(list);
    return length;
}

CONFORMANCE(_vsnwprintf_s, TruncatesWhenAsked) {
    wchar_t text[6] = L"#####";
    CHECK_EQ(Call__vsnwprintf_s(text, 6, 3, L"%d", 12), 2);
    CHECK_EQ(Call__vsnwprintf_s(text, 5, (size_t)-1, L"%d", 1234567), -1);
    CHECK_BYTES(text, L"1234", 5 * sizeof(wchar_t));
}
