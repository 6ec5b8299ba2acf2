/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

CRT(char*, _itoa, int, char*, int);
CRT(int, _itoa_s, int, char*, size_t, int);
CRT(char*, _ltoa, LONG, char*, int);
CRT(int, _ltoa_s, LONG, char*, size_t, int);
CRT(char*, _ultoa, ULONG, char*, int);
CRT(int, _ultoa_s, ULONG, char*, size_t, int);
CRT(char*, _i64toa, LONGLONG, char*, int);
CRT(int, _i64toa_s, LONGLONG, char*, size_t, int);
CRT(char*, _ui64toa, ULONGLONG, char*, int);
CRT(int, _ui64toa_s, ULONGLONG, char*, size_t, int);
CRT(wchar_t*, _itow, int, wchar_t*, int);
CRT(int, _itow_s, int, wchar_t*, size_t, int);
CRT(wchar_t*, _ltow, LONG, wchar_t*, int);
CRT(int, _ltow_s, LONG, wchar_t*, size_t, int);
CRT(wchar_t*, _ultow, ULONG, wchar_t*, int);
CRT(int, _ultow_s, ULONG, wchar_t*, size_t, int);
CRT(wchar_t*, _i64tow, LONGLONG, wchar_t*, int);
CRT(int, _i64tow_s, LONGLONG, wchar_t*, size_t, int);
CRT(wchar_t*, _ui64tow, ULONGLONG, wchar_t*, int);
CRT(int, _ui64tow_s, ULONGLONG, wchar_t*, size_t, int);

CONFORMANCE(_itoa, WritesInEachBase) {
    char text[70];
    CHECK_EQ(crt__itoa(1234567890, text, 10), text);
    CHECK_BYTES(text, "1234567890", 11 * sizeof(char));
    crt__itoa(35, text, 36);
    CHECK_BYTES(text, "z", 2 * sizeof(char));
    crt__itoa(-42, text, 10);
    CHECK_BYTES(text, "-42", 4 * sizeof(char));
    crt__itoa(-1, text, 16);
    CHECK_BYTES(text, "ffffffff", 9 * sizeof(char));
}

CONFORMANCE(_itoa_s, WritesOrEmpties) {
    char text[8] = "#######";
    CHECK_EQ(crt__itoa_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, "1234", 5 * sizeof(char));
    CHECK_EQ(crt__itoa_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__itoa_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__itoa_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__itoa_s(1, NULL, 8, 10), EINVAL_);
}

CONFORMANCE(_ltoa, WritesInEachBase) {
    char text[70];
    CHECK_EQ(crt__ltoa(1234567890, text, 10), text);
    CHECK_BYTES(text, "1234567890", 11 * sizeof(char));
    crt__ltoa(35, text, 36);
    CHECK_BYTES(text, "z", 2 * sizeof(char));
    crt__ltoa(-42, text, 10);
    CHECK_BYTES(text, "-42", 4 * sizeof(char));
    crt__ltoa(-1, text, 16);
    CHECK_BYTES(text, "ffffffff", 9 * sizeof(char));
}

CONFORMANCE(_ltoa_s, WritesOrEmpties) {
    char text[8] = "#######";
    CHECK_EQ(crt__ltoa_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, "1234", 5 * sizeof(char));
    CHECK_EQ(crt__ltoa_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__ltoa_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__ltoa_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__ltoa_s(1, NULL, 8, 10), EINVAL_);
}

CONFORMANCE(_ultoa, WritesInEachBase) {
    char text[70];
    CHECK_EQ(crt__ultoa(1234567890, text, 10), text);
    CHECK_BYTES(text, "1234567890", 11 * sizeof(char));
    crt__ultoa(35, text, 36);
    CHECK_BYTES(text, "z", 2 * sizeof(char));
    crt__ultoa((ULONG)-1, text, 16);
    CHECK_BYTES(text, "ffffffff", 9 * sizeof(char));
}

CONFORMANCE(_ultoa_s, WritesOrEmpties) {
    char text[8] = "#######";
    CHECK_EQ(crt__ultoa_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, "1234", 5 * sizeof(char));
    CHECK_EQ(crt__ultoa_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__ultoa_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__ultoa_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__ultoa_s(1, NULL, 8, 10), EINVAL_);
}

CONFORMANCE(_i64toa, WritesInEachBase) {
    char text[70];
    CHECK_EQ(crt__i64toa(123456789012345, text, 10), text);
    CHECK_BYTES(text, "123456789012345", 16 * sizeof(char));
    crt__i64toa(35, text, 36);
    CHECK_BYTES(text, "z", 2 * sizeof(char));
    crt__i64toa(-42, text, 10);
    CHECK_BYTES(text, "-42", 4 * sizeof(char));
    crt__i64toa(-1, text, 16);
    CHECK_BYTES(text, "ffffffffffffffff", 17 * sizeof(char));
}

CONFORMANCE(_i64toa_s, WritesOrEmpties) {
    char text[8] = "#######";
    CHECK_EQ(crt__i64toa_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, "1234", 5 * sizeof(char));
    CHECK_EQ(crt__i64toa_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__i64toa_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__i64toa_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__i64toa_s(1, NULL, 8, 10), EINVAL_);
}

CONFORMANCE(_ui64toa, WritesInEachBase) {
    char text[70];
    CHECK_EQ(crt__ui64toa(123456789012345, text, 10), text);
    CHECK_BYTES(text, "123456789012345", 16 * sizeof(char));
    crt__ui64toa(35, text, 36);
    CHECK_BYTES(text, "z", 2 * sizeof(char));
    crt__ui64toa((ULONGLONG)-1, text, 16);
    CHECK_BYTES(text, "ffffffffffffffff", 17 * sizeof(char));
}

CONFORMANCE(_ui64toa_s, WritesOrEmpties) {
    char text[8] = "#######";
    CHECK_EQ(crt__ui64toa_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, "1234", 5 * sizeof(char));
    CHECK_EQ(crt__ui64toa_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__ui64toa_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__ui64toa_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__ui64toa_s(1, NULL, 8, 10), EINVAL_);
}

CONFORMANCE(_itow, WritesInEachBase) {
    wchar_t text[70];
    CHECK_EQ(crt__itow(1234567890, text, 10), text);
    CHECK_BYTES(text, L"1234567890", 11 * sizeof(wchar_t));
    crt__itow(35, text, 36);
    CHECK_BYTES(text, L"z", 2 * sizeof(wchar_t));
    crt__itow(-42, text, 10);
    CHECK_BYTES(text, L"-42", 4 * sizeof(wchar_t));
    crt__itow(-1, text, 16);
    CHECK_BYTES(text, L"ffffffff", 9 * sizeof(wchar_t));
}

CONFORMANCE(_itow_s, WritesOrEmpties) {
    wchar_t text[8] = L"#######";
    CHECK_EQ(crt__itow_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, L"1234", 5 * sizeof(wchar_t));
    CHECK_EQ(crt__itow_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__itow_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__itow_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__itow_s(1, NULL, 8, 10), EINVAL_);
}

CONFORMANCE(_ltow, WritesInEachBase) {
    wchar_t text[70];
    CHECK_EQ(crt__ltow(1234567890, text, 10), text);
    CHECK_BYTES(text, L"1234567890", 11 * sizeof(wchar_t));
    crt__ltow(35, text, 36);
    CHECK_BYTES(text, L"z", 2 * sizeof(wchar_t));
    crt__ltow(-42, text, 10);
    CHECK_BYTES(text, L"-42", 4 * sizeof(wchar_t));
    crt__ltow(-1, text, 16);
    CHECK_BYTES(text, L"ffffffff", 9 * sizeof(wchar_t));
}

CONFORMANCE(_ltow_s, WritesOrEmpties) {
    wchar_t text[8] = L"#######";
    CHECK_EQ(crt__ltow_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, L"1234", 5 * sizeof(wchar_t));
    CHECK_EQ(crt__ltow_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__ltow_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__ltow_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__ltow_s(1, NULL, 8, 10), EINVAL_);
}

CONFORMANCE(_ultow, WritesInEachBase) {
    wchar_t text[70];
    CHECK_EQ(crt__ultow(1234567890, text, 10), text);
    CHECK_BYTES(text, L"1234567890", 11 * sizeof(wchar_t));
    crt__ultow(35, text, 36);
    CHECK_BYTES(text, L"z", 2 * sizeof(wchar_t));
    crt__ultow((ULONG)-1, text, 16);
    CHECK_BYTES(text, L"ffffffff", 9 * sizeof(wchar_t));
}

CONFORMANCE(_ultow_s, WritesOrEmpties) {
    wchar_t text[8] = L"#######";
    CHECK_EQ(crt__ultow_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, L"1234", 5 * sizeof(wchar_t));
    CHECK_EQ(crt__ultow_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__ultow_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__ultow_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__ultow_s(1, NULL, 8, 10), EINVAL_);
}

CONFORMANCE(_i64tow, WritesInEachBase) {
    wchar_t text[70];
    CHECK_EQ(crt__i64tow(123456789012345, text, 10), text);
    CHECK_BYTES(text, L"123456789012345", 16 * sizeof(wchar_t));
    crt__i64tow(35, text, 36);
    CHECK_BYTES(text, L"z", 2 * sizeof(wchar_t));
    crt__i64tow(-42, text, 10);
    CHECK_BYTES(text, L"-42", 4 * sizeof(wchar_t));
    crt__i64tow(-1, text, 16);
    CHECK_BYTES(text, L"ffffffffffffffff", 17 * sizeof(wchar_t));
}

CONFORMANCE(_i64tow_s, WritesOrEmpties) {
    wchar_t text[8] = L"#######";
    CHECK_EQ(crt__i64tow_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, L"1234", 5 * sizeof(wchar_t));
    CHECK_EQ(crt__i64tow_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__i64tow_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__i64tow_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__i64tow_s(1, NULL, 8, 10), EINVAL_);
}

CONFORMANCE(_ui64tow, WritesInEachBase) {
    wchar_t text[70];
    CHECK_EQ(crt__ui64tow(123456789012345, text, 10), text);
    CHECK_BYTES(text, L"123456789012345", 16 * sizeof(wchar_t));
    crt__ui64tow(35, text, 36);
    CHECK_BYTES(text, L"z", 2 * sizeof(wchar_t));
    crt__ui64tow((ULONGLONG)-1, text, 16);
    CHECK_BYTES(text, L"ffffffffffffffff", 17 * sizeof(wchar_t));
}

CONFORMANCE(_ui64tow_s, WritesOrEmpties) {
    wchar_t text[8] = L"#######";
    CHECK_EQ(crt__ui64tow_s(1234, text, 5, 10), 0);
    CHECK_BYTES(text, L"1234", 5 * sizeof(wchar_t));
    CHECK_EQ(crt__ui64tow_s(1234, text, 4, 10), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__ui64tow_s(1, text, 8, 1), EINVAL_);
    CHECK_EQ(crt__ui64tow_s(1, text, 8, 37), EINVAL_);
    CHECK_EQ(crt__ui64tow_s(1, NULL, 8, 10), EINVAL_);
}
