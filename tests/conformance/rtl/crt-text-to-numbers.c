/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

CRT(int, atoi, const char*);
CRT(LONG, atol, const char*);
CRT(LONGLONG, _atoi64, const char*);
CRT(int, _wtoi, const wchar_t*);
CRT(LONG, _wtol, const wchar_t*);
CRT(LONGLONG, _wtoi64, const wchar_t*);
CRT(LONG, strtol, const char*, char**, int);
CRT(ULONG, strtoul, const char*, char**, int);
CRT(ULONGLONG, _strtoui64, const char*, char**, int);
CRT(LONGLONG, _strtoi64, const char*, char**, int);
CRT(LONG, wcstol, const wchar_t*, wchar_t**, int);
CRT(ULONG, wcstoul, const wchar_t*, wchar_t**, int);
CRT(ULONGLONG, _wcstoui64, const wchar_t*, wchar_t**, int);
CRT(LONGLONG, _wcstoi64, const wchar_t*, wchar_t**, int);

CONFORMANCE(atoi, ReadsUpToTheFirstCharacterThatIsNoDigit) {
    CHECK_EQ(crt_atoi(" \t-123x"), -123);
    CHECK_EQ(crt_atoi("+7"), 7);
    CHECK_EQ(crt_atoi("abc"), 0);
    CHECK_EQ(crt_atoi("2147483647"), 2147483647);
}

CONFORMANCE(atol, ReadsUpToTheFirstCharacterThatIsNoDigit) {
    CHECK_EQ(crt_atol(" \t-123x"), -123);
    CHECK_EQ(crt_atol("+7"), 7);
    CHECK_EQ(crt_atol("abc"), 0);
    CHECK_EQ(crt_atol("2147483647"), 2147483647);
}

CONFORMANCE(_wtoi, ReadsUpToTheFirstCharacterThatIsNoDigit) {
    CHECK_EQ(crt__wtoi(L" \t-123x"), -123);
    CHECK_EQ(crt__wtoi(L"+7"), 7);
    CHECK_EQ(crt__wtoi(L"abc"), 0);
    CHECK_EQ(crt__wtoi(L"2147483647"), 2147483647);
}

CONFORMANCE(_wtol, ReadsUpToTheFirstCharacterThatIsNoDigit) {
    CHECK_EQ(crt__wtol(L" \t-123x"), -123);
    CHECK_EQ(crt__wtol(L"+7"), 7);
    CHECK_EQ(crt__wtol(L"abc"), 0);
    CHECK_EQ(crt__wtol(L"2147483647"), 2147483647);
}

CONFORMANCE(_atoi64, ReadsUpToTheFirstCharacterThatIsNoDigit) {
    CHECK_EQ(crt__atoi64(" -1234567890123x"), -1234567890123ll);
    CHECK_EQ(crt__atoi64("9223372036854775807"), 9223372036854775807ll);
    CHECK_EQ(crt__atoi64("x"), 0);
}

CONFORMANCE(_wtoi64, ReadsUpToTheFirstCharacterThatIsNoDigit) {
    CHECK_EQ(crt__wtoi64(L" -1234567890123x"), -1234567890123ll);
    CHECK_EQ(crt__wtoi64(L"9223372036854775807"), 9223372036854775807ll);
    CHECK_EQ(crt__wtoi64(L"x"), 0);
}

CONFORMANCE(strtol, ReadsEachBaseAndSaturates) {
    static const char text[] = " -0x1Fz";
    char* end;
    CHECK_EQ(crt_strtol(text, &end, 0), -31);
    CHECK_EQ(end, text + 6);
    CHECK_EQ(crt_strtol("017", NULL, 0), 15);
    CHECK_EQ(crt_strtol("zz", NULL, 36), 35 * 36 + 35);
    CHECK_EQ(crt_strtol("3000000000", NULL, 10), 2147483647);
    CHECK_EQ(crt_strtol("-3000000000", NULL, 10), -2147483647 - 1);
    CHECK_EQ(crt_strtol(text + 6, &end, 10), 0);
    CHECK_EQ(end, text + 6);
}

CONFORMANCE(wcstol, ReadsEachBaseAndSaturates) {
    static const wchar_t text[] = L" -0x1Fz";
    wchar_t* end;
    CHECK_EQ(crt_wcstol(text, &end, 0), -31);
    CHECK_EQ(end, text + 6);
    CHECK_EQ(crt_wcstol(L"017", NULL, 0), 15);
    CHECK_EQ(crt_wcstol(L"zz", NULL, 36), 35 * 36 + 35);
    CHECK_EQ(crt_wcstol(L"3000000000", NULL, 10), 2147483647);
    CHECK_EQ(crt_wcstol(L"-3000000000", NULL, 10), -2147483647 - 1);
    CHECK_EQ(crt_wcstol(text + 6, &end, 10), 0);
    CHECK_EQ(end, text + 6);
}

CONFORMANCE(strtoul, ReadsEachBaseAndSaturates) {
    static const char text[] = "0xFFFFFFFFg";
    char* end;
    CHECK_EQ(crt_strtoul(text, &end, 0), 0xFFFFFFFF);
    CHECK_EQ(end, text + 10);
    CHECK_EQ(crt_strtoul("FF", NULL, 16), 255);
    CHECK_EQ(crt_strtoul("-1", NULL, 10), 0xFFFFFFFF);
    CHECK_EQ(crt_strtoul("5000000000", NULL, 10), 0xFFFFFFFF);
    CHECK_EQ(crt_strtoul("8", NULL, 8), 0);
}

CONFORMANCE(wcstoul, ReadsEachBaseAndSaturates) {
    static const wchar_t text[] = L"0xFFFFFFFFg";
    wchar_t* end;
    CHECK_EQ(crt_wcstoul(text, &end, 0), 0xFFFFFFFF);
    CHECK_EQ(end, text + 10);
    CHECK_EQ(crt_wcstoul(L"FF", NULL, 16), 255);
    CHECK_EQ(crt_wcstoul(L"-1", NULL, 10), 0xFFFFFFFF);
    CHECK_EQ(crt_wcstoul(L"5000000000", NULL, 10), 0xFFFFFFFF);
    CHECK_EQ(crt_wcstoul(L"8", NULL, 8), 0);
}

CONFORMANCE(_strtoui64, ReadsEachBaseAndSaturates) {
    static const char text[] = "18446744073709551615,";
    char* end;
    CHECK_EQ(crt__strtoui64(text, &end, 10), ~0ull);
    CHECK_EQ(end, text + 20);
    CHECK_EQ(crt__strtoui64("123456789ABCDEF0", NULL, 16), 0x123456789ABCDEF0ull);
    CHECK_EQ(crt__strtoui64("99999999999999999999", NULL, 10), ~0ull);
}

CONFORMANCE(_wcstoui64, ReadsEachBaseAndSaturates) {
    static const wchar_t text[] = L"18446744073709551615,";
    wchar_t* end;
    CHECK_EQ(crt__wcstoui64(text, &end, 10), ~0ull);
    CHECK_EQ(end, text + 20);
    CHECK_EQ(crt__wcstoui64(L"123456789ABCDEF0", NULL, 16), 0x123456789ABCDEF0ull);
    CHECK_EQ(crt__wcstoui64(L"99999999999999999999", NULL, 10), ~0ull);
}

CONFORMANCE(_strtoi64, ReadsEachBaseAndSaturates) {
    static const char text[] = "-1234567890123,";
    char* end;
    CHECK_EQ(crt__strtoi64(text, &end, 10), -1234567890123ll);
    CHECK_EQ(end, text + 14);
    CHECK_EQ(crt__strtoi64("9999999999999999999", NULL, 10), 9223372036854775807ll);
    CHECK_EQ(crt__strtoi64("-9999999999999999999", NULL, 10), -9223372036854775807ll - 1);
}

CONFORMANCE(_wcstoi64, ReadsEachBaseAndSaturates) {
    static const wchar_t text[] = L"-1234567890123,";
    wchar_t* end;
    CHECK_EQ(crt__wcstoi64(text, &end, 10), -1234567890123ll);
    CHECK_EQ(end, text + 14);
    CHECK_EQ(crt__wcstoi64(L"9999999999999999999", NULL, 10), 9223372036854775807ll);
    CHECK_EQ(crt__wcstoi64(L"-9999999999999999999", NULL, 10), -9223372036854775807ll - 1);
}
