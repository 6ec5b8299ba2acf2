/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/sscanf-s-sscanf-s-l-swscanf-s-swscanf-s-l and
 * format-specification-fields-scanf-and-wscanf-functions. */
#include "conformance.h"
#include "crt.h"

CRT(int, sscanf, const char*, const char*, ...);
CRT(int, sscanf_s, const char*, const char*, ...);
CRT(int, _snscanf_s, const char*, size_t, const char*, ...);
CRT(int, swscanf, const wchar_t*, const wchar_t*, ...);
CRT(int, swscanf_s, const wchar_t*, const wchar_t*, ...);
CRT(int, _snwscanf_s, const wchar_t*, size_t, const wchar_t*, ...);

CONFORMANCE(sscanf, ReadsEachType) {
    int decimal = 0, hexadecimal = 0, octal = 0, any = 0, place = 0;
    unsigned unsignedNumber = 0;
    short half = 0;
    LONGLONG big = 0;
    char word[8] = "#######", set[8] = "#######", letter = 0;
    CHECK_EQ(crt_sscanf(" -12 0x1F 17 0x10 4000000000 7", "%d %x %o %i %u %hd", &decimal,
                        &hexadecimal, &octal, &any, &unsignedNumber, &half),
             6);
    CHECK_EQ(decimal, -12);
    CHECK_EQ(hexadecimal, 0x1F);
    CHECK_EQ(octal, 15);
    CHECK_EQ(any, 16);
    CHECK_EQ(unsignedNumber, 4000000000u);
    CHECK_EQ(half, 7);
    CHECK_EQ(
        crt_sscanf("1234567890123,ab=cx!", "%I64d,%[a-b]=%c%s%n", &big, set, &letter, word, &place),
        4);
    CHECK_EQ(big, 1234567890123ll);
    CHECK_BYTES(set, "ab", 3 * sizeof(char));
    CHECK_EQ(letter, 'c');
    CHECK_BYTES(word, "x!", 3 * sizeof(char));
    CHECK_EQ(place, 20);
}

CONFORMANCE(sscanf, StopsWhereTheTextDiffers) {
    int first = 0, second = 7;
    CHECK_EQ(crt_sscanf("12:x", "%d:%d", &first, &second), 1);
    CHECK_EQ(first, 12);
    CHECK_EQ(second, 7);
    CHECK_EQ(crt_sscanf("x", "%d", &first), 0);
    CHECK_EQ(crt_sscanf("", "%d", &first), -1);
    CHECK_EQ(crt_sscanf("1 2", "%*d %d", &first), 1);
    CHECK_EQ(first, 2);
    CHECK_EQ(crt_sscanf("123456", "%3d%d", &first, &second), 2);
    CHECK_EQ(first, 123);
    CHECK_EQ(second, 456);
}

CONFORMANCE(sscanf_s, TakesTheSizesOfBuffers) {
    char word[4] = "###", letter = 0;
    int number = 0;
    CHECK_EQ(crt_sscanf_s("abc 5", "%s %d", word, 4u, &number), 2);
    CHECK_BYTES(word, "abc", sizeof(word));
    CHECK_EQ(number, 5);
    CHECK_EQ(crt_sscanf_s("abcd 5", "%s %d", word, 4u, &number), 0);
    CHECK_EQ(crt_sscanf_s("abcd", "%3s", word, 4u), 1);
    CHECK_BYTES(word, "abc", sizeof(word));
    CHECK_EQ(crt_sscanf_s("x", "%c", &letter, 1u), 1);
    CHECK_EQ(letter, 'x');
    CHECK_EQ(crt_sscanf_s(NULL, "%d", &number), -1);
}

CONFORMANCE(_snscanf_s, ReadsAtMostSoMany) {
    int number = 0;
    CHECK_EQ(crt__snscanf_s("12345", 3, "%d", &number), 1);
    CHECK_EQ(number, 123);
    CHECK_EQ(crt__snscanf_s("12345", 0, "%d", &number), -1);
}

CONFORMANCE(swscanf, ReadsEachType) {
    int decimal = 0, hexadecimal = 0, octal = 0, any = 0, place = 0;
    unsigned unsignedNumber = 0;
    short half = 0;
    LONGLONG big = 0;
    wchar_t word[8] = L"#######", set[8] = L"#######", letter = 0;
    CHECK_EQ(crt_swscanf(L" -12 0x1F 17 0x10 4000000000 7", L"%d %x %o %i %u %hd", &decimal,
                         &hexadecimal, &octal, &any, &unsignedNumber, &half),
             6);
    CHECK_EQ(decimal, -12);
    CHECK_EQ(hexadecimal, 0x1F);
    CHECK_EQ(octal, 15);
    CHECK_EQ(any, 16);
    CHECK_EQ(unsignedNumber, 4000000000u);
    CHECK_EQ(half, 7);
    CHECK_EQ(crt_swscanf(L"1234567890123,ab=cx!", L"%I64d,%[a-b]=%c%s%n", &big, set, &letter, word,
                         &place),
             4);
    CHECK_EQ(big, 1234567890123ll);
    CHECK_BYTES(set, L"ab", 3 * sizeof(wchar_t));
    CHECK_EQ(letter, 'c');
    CHECK_BYTES(word, L"x!", 3 * sizeof(wchar_t));
    CHECK_EQ(place, 20);
}

CONFORMANCE(swscanf, StopsWhereTheTextDiffers) {
    int first = 0, second = 7;
    CHECK_EQ(crt_swscanf(L"12:x", L"%d:%d", &first, &second), 1);
    CHECK_EQ(first, 12);
    CHECK_EQ(second, 7);
    CHECK_EQ(crt_swscanf(L"x", L"%d", &first), 0);
    CHECK_EQ(crt_swscanf(L"", L"%d", &first), -1);
    CHECK_EQ(crt_swscanf(L"1 2", L"%*d %d", &first), 1);
    CHECK_EQ(first, 2);
    CHECK_EQ(crt_swscanf(L"123456", L"%3d%d", &first, &second), 2);
    CHECK_EQ(first, 123);
    CHECK_EQ(second, 456);
}

CONFORMANCE(swscanf_s, TakesTheSizesOfBuffers) {
    wchar_t word[4] = L"###", letter = 0;
    int number = 0;
    CHECK_EQ(crt_swscanf_s(L"abc 5", L"%s %d", word, 4u, &number), 2);
    CHECK_BYTES(word, L"abc", sizeof(word));
    CHECK_EQ(number, 5);
    CHECK_EQ(crt_swscanf_s(L"abcd 5", L"%s %d", word, 4u, &number), 0);
    CHECK_EQ(crt_swscanf_s(L"abcd", L"%3s", word, 4u), 1);
    CHECK_BYTES(word, L"abc", sizeof(word));
    CHECK_EQ(crt_swscanf_s(L"x", L"%c", &letter, 1u), 1);
    CHECK_EQ(letter, 'x');
    CHECK_EQ(crt_swscanf_s(NULL, L"%d", &number), -1);
}

CONFORMANCE(_snwscanf_s, ReadsAtMostSoMany) {
    int number = 0;
    CHECK_EQ(crt__snwscanf_s(L"12345", 3, L"%d", &number), 1);
    CHECK_EQ(number, 123);
    CHECK_EQ(crt__snwscanf_s(L"12345", 0, L"%d", &number), -1);
}
