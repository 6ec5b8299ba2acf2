/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include <stdarg.h>
#include "conformance.h"
#include "crt.h"

CRT(int, sprintf, char*, const char*, ...);
CRT(int, vsprintf, char*, const char*, va_list);
CRT(int, _snprintf, char*, size_t, const char*, ...);
CRT(int, _vsnprintf, char*, size_t, const char*, va_list);
CRT(int, sprintf_s, char*, size_t, const char*, ...);
CRT(int, vsprintf_s, char*, size_t, const char*, va_list);
CRT(int, _snprintf_s, char*, size_t, size_t, const char*, ...);
CRT(int, _vsnprintf_s, char*, size_t, size_t, const char*, va_list);

CONFORMANCE(sprintf, FormatsAsTheReferenceSays) {
    char text[128];
    int length = crt_sprintf(text, "%d|%5d|%-5d|%05d|%+d|%u|%x|%#X|%o", -1, 42, 42, 42, 42,
                             4000000000u, 255, 255, 8);
    CHECK_EQ(length, 46);
    CHECK_BYTES(text, "-1|   42|42   |00042|+42|4000000000|ff|0XFF|10",
                (length + 1) * sizeof(char));
    length = crt_sprintf(text, "%c%%%s|%.2s|%5s|%S|%I64d|%lld|%p", 'c', "narrow", "abc", "ab",
                         L"wide", -1234567890123ll, 5ll, (void*)0xAB);
    CHECK_BYTES(text, "c%narrow|ab|   ab|wide|-1234567890123|5|00000000000000AB",
                (length + 1) * sizeof(char));
}

static int Call_vsprintf(char* Text, const char* Format, ...) {
    va_list list;
    int length;
    va_start(list, Format);
    length = crt_vsprintf(Text, Format, list);
    va_end(list);
    return length;
}

CONFORMANCE(vsprintf, TakesAList) {
    char text[16];
    CHECK_EQ(Call_vsprintf(text, "%d,%x", 12, 0xAB), 5);
    CHECK_BYTES(text, "12,ab", 6 * sizeof(char));
}

CONFORMANCE(_snprintf, LeavesTheTerminatorOutWhenFull) {
    char text[6] = "#####";
    CHECK_EQ(crt__snprintf(text, 5, "%d", 12), 2);
    CHECK_BYTES(text, "12", 3 * sizeof(char));
    CHECK_EQ(crt__snprintf(text, 3, "%d", 123), 3);
    CHECK_BYTES(text, "123##", sizeof(text));
    CHECK_EQ(crt__snprintf(text, 3, "%d", 4567), -1);
    CHECK_BYTES(text, "456##", sizeof(text));
}

static int Call__vsnprintf(char* Text, size_t Count, const char* Format, ...) {
    va_list list;
    int length;
    va_start(list, Format);
    length = crt__vsnprintf(Text, Count, Format, list);
    va_end(list);
    return length;
}

CONFORMANCE(_vsnprintf, LeavesTheTerminatorOutWhenFull) {
    char text[6] = "#####";
    CHECK_EQ(Call__vsnprintf(text, 5, "%d", 12), 2);
    CHECK_BYTES(text, "12", 3 * sizeof(char));
    CHECK_EQ(Call__vsnprintf(text, 3, "%d", 4567), -1);
    CHECK_BYTES(text, "456##", sizeof(text));
}

CONFORMANCE(sprintf_s, WritesAllOrNothing) {
    char text[6] = "#####";
    CHECK_EQ(crt_sprintf_s(text, 4, "%d", 123), 3);
    CHECK_BYTES(text, "123", 4 * sizeof(char));
    CHECK_EQ(crt_sprintf_s(text, 4, "%d", 4567), -1);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt_sprintf_s(NULL, 4, "%d", 1), -1);
}

static int Call_vsprintf_s(char* Text, size_t Size, const char* Format, ...) {
    va_list list;
    int length;
    va_start(list, Format);
    length = crt_vsprintf_s(Text, Size, Format, list);
    va_end(list);
    return length;
}

CONFORMANCE(vsprintf_s, WritesAllOrNothing) {
    char text[6] = "#####";
    CHECK_EQ(Call_vsprintf_s(text, 4, "%d", 123), 3);
    CHECK_BYTES(text, "123", 4 * sizeof(char));
    CHECK_EQ(Call_vsprintf_s(text, 4, "%d", 4567), -1);
    CHECK_EQ(text[0], 0);
}

CONFORMANCE(_snprintf_s, TruncatesWhenAsked) {
    char text[6] = "#####";
    CHECK_EQ(crt__snprintf_s(text, 6, 3, "%d", 12), 2);
    CHECK_EQ(crt__snprintf_s(text, 6, 3, "%d", 12345), -1);
    CHECK_BYTES(text, "123", 4 * sizeof(char));
    CHECK_EQ(crt__snprintf_s(text, 5, (size_t)-1, "%d", 1234567), -1);
    CHECK_BYTES(text, "1234", 5 * sizeof(char));
}

static int Call__vsnprintf_s(char* Text, size_t Size, size_t Count, const char* Format, ...) {
    va_list list;
    int length;
    va_start(list, Format);
    length = crt__vsnprintf_s(Text, Size, Count, Format, list);
    va_end(list);
    return length;
}

CONFORMANCE(_vsnprintf_s, TruncatesWhenAsked) {
    char text[6] = "#####";
    CHECK_EQ(Call__vsnprintf_s(text, 6, 3, "%d", 12), 2);
    CHECK_EQ(Call__vsnprintf_s(text, 5, (size_t)-1, "%d", 1234567), -1);
    CHECK_BYTES(text, "1234", 5 * sizeof(char));
}
