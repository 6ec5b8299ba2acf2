// SPDX-License-Identifier: GPL-2.0-only
// The C library's names as drivers call them; in the VM only, where they are ours.
#define _CRTIMP
#define _SECIMP
#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <string_view>

#include "base/testing/test.hpp"

extern "C" {
// Not from <stdio.h>, whose functions are mingw's own.
int sprintf(char* out, const char* text, ...);
int vsprintf(char* out, const char* text, va_list list);
int _snprintf(char* out, size_t count, const char* text, ...);
int _vsnprintf(char* out, size_t count, const char* text, va_list list);
int sprintf_s(char* out, size_t capacity, const char* text, ...);
int vsprintf_s(char* out, size_t capacity, const char* text, va_list list);
int _snprintf_s(char* out, size_t capacity, size_t count, const char* text, ...);
int _vsnprintf_s(char* out, size_t capacity, size_t count, const char* text, va_list list);
// ISO C means another function by these names.
int nt_vswprintf(wchar_t* out, const wchar_t* text, va_list list) __asm__("vswprintf");
int nt_swprintf(wchar_t* out, const wchar_t* text, ...) __asm__("swprintf");
unsigned long long _strtoui64(const char* text, char** end, int base);
int _swprintf(wchar_t* out, const wchar_t* text, ...);
int _vswprintf(wchar_t* out, const wchar_t* text, va_list list);
}

namespace {

bool same(const char* a, std::string_view b) { return std::string_view(a) == b; }
bool same(const wchar_t* a, std::wstring_view b) { return std::wstring_view(a) == b; }
constexpr int kInvalid = 22, kRange = 34, kTruncated = 80;
constexpr size_t kTruncate = ~size_t{0};

int compare_ints(const void* a, const void* b) { return *static_cast<const int*>(a) - *static_cast<const int*>(b); }
int compare_with(void* context, const void* a, const void* b) {
    ++*static_cast<int*>(context);
    return compare_ints(a, b);
}

}  // namespace

RSL_TEST(CrtMemory, CopiesAndMovesEveryLength) {
    static unsigned char source[1600], target[1600];
    for (size_t i = 0; i < sizeof(source); ++i) source[i] = static_cast<unsigned char>(i * 7 + 1);
    for (size_t bytes = 0; bytes < 1500; bytes += bytes < 80 ? 1 : 37) {
        memset(target, 0xEE, sizeof(target));
        RSL_REQUIRE(memcpy(target + 3, source + 5, bytes) == target + 3);
        RSL_REQUIRE(memcmp(target + 3, source + 5, bytes) == 0);
        RSL_REQUIRE(target[2] == 0xEE && target[3 + bytes] == 0xEE);
    }
    for (const size_t distance : {1u, 3u, 8u, 100u}) {
        for (const size_t bytes : {1u, 2u, 3u, 5u, 8u, 16u, 17u, 31u, 32u, 33u, 64u, 65u, 700u}) {
            memcpy(target, source, sizeof(target));
            memmove(target + distance, target, bytes);
            RSL_REQUIRE(memcmp(target + distance, source, bytes) == 0);
            memcpy(target, source, sizeof(target));
            memmove(target, target + distance, bytes);
            RSL_REQUIRE(memcmp(target, source + distance, bytes) == 0);
        }
    }
}

RSL_TEST(CrtMemory, FillsComparesAndFinds) {
    static unsigned char block[1200];
    for (size_t bytes = 0; bytes < 1100; bytes += bytes < 80 ? 1 : 61) {
        memset(block, 1, sizeof(block));
        memset(block + 1, 0xAB, bytes);
        size_t changed = 0;
        for (const unsigned char byte : block) changed += byte == 0xAB;
        RSL_REQUIRE(changed == bytes && block[0] == 1 && block[1 + bytes] == 1);
    }
    RSL_EXPECT(memcmp("abcdefghi", "abcdefghj", 9) < 0 && memcmp("\xFF", "\x01", 1) > 0);
    const char text[] = "find me";
    RSL_EXPECT(memchr(text, 'm', sizeof(text)) == text + 5 && memchr(text, 'z', sizeof(text)) == nullptr);
    char small[4] = "abc";
    RSL_EXPECT_EQ(memcpy_s(small, 4, "xy", 2), 0);
    RSL_EXPECT(same(small, "xyc"));
    RSL_EXPECT_EQ(memcpy_s(small, 4, "12345", 5), kRange);
    RSL_EXPECT_EQ(small[0], '\0');
    RSL_EXPECT_EQ(memmove_s(small, 4, nullptr, 1), kInvalid);
    RSL_EXPECT_EQ(memmove_s(small, 4, "12345", 5), kRange);
}

RSL_TEST(CrtString, MeasuresAndCompares) {
    RSL_EXPECT(strlen("abc") == 3 && strnlen("abc", 2) == 2 && wcslen(L"abcd") == 4 && wcsnlen(L"abc", 9) == 3);
    RSL_EXPECT(strcmp("a", "b") < 0 && strcmp("b", "a") > 0 && strcmp("ab", "ab") == 0 && strcmp("\xFF", "a") > 0);
    RSL_EXPECT(strncmp("abX", "abY", 2) == 0 && strncmp("abX", "abY", 3) < 0);
    RSL_EXPECT(_stricmp("AbC", "aBc") == 0 && _strnicmp("ABx", "aby", 2) == 0 && _stricmp("a", "B") < 0);
    RSL_EXPECT(wcscmp(L"a", L"b") < 0 && wcsncmp(L"abX", L"abY", 2) == 0);
    RSL_EXPECT(_wcsicmp(L"\u00c4b", L"\u00e4B") == 0 && _wcsnicmp(L"ABx", L"aby", 3) < 0);
}

RSL_TEST(CrtString, CopiesAppendsAndFills) {
    char a[12];
    wchar_t w[12];
    RSL_EXPECT(same(strcpy(a, "ab"), "ab") && same(strcat(a, "cd"), "abcd") && same(strncat(a, "efgh", 2), "abcdef"));
    RSL_EXPECT(same(wcscpy(w, L"ab"), L"ab") && same(wcscat(w, L"cd"), L"abcd") && same(wcsncat(w, L"efgh", 2), L"abcdef"));
    memset(a, '#', sizeof(a));
    strncpy(a, "xy", 4);
    RSL_EXPECT(a[2] == '\0' && a[3] == '\0' && a[4] == '#');
    wcsncpy(w, L"longer", 3);
    RSL_EXPECT(w[2] == L'n' && w[3] == L'd');  // no terminator: "abcdef" goes on
    strcpy(a, "AbC");
    wcscpy(w, L"\u00c4bC");
    RSL_EXPECT(same(_strlwr(a), "abc") && same(_strupr(a), "ABC") && same(_strrev(a), "CBA"));
    RSL_EXPECT(same(_strnset(a, 'x', 2), "xxA") && same(_strset(a, 'y'), "yyy"));
    RSL_EXPECT(same(_wcslwr(w), L"\u00e4bc") && same(_wcsupr(w), L"\u00c4BC") && same(_wcsrev(w), L"CB\u00c4"));
    RSL_EXPECT(same(_wcsnset(w, L'x', 9), L"xxx"));
}

RSL_TEST(CrtString, Finds) {
    const char* a = "path\\to\\file";
    const wchar_t* w = L"path\\to\\file";
    RSL_EXPECT(strchr(a, '\\') == a + 4 && strrchr(a, '\\') == a + 7 && strchr(a, 'z') == nullptr);
    RSL_EXPECT(strchr(a, 0) == a + 12 && strstr(a, "to") == a + 5 && strstr(a, "ot") == nullptr && strstr(a, "") == a);
    RSL_EXPECT(wcschr(w, L'\\') == w + 4 && wcsrchr(w, L'\\') == w + 7 && wcsstr(w, L"file") == w + 8);
    RSL_EXPECT(strspn("aabbc", "ab") == 4 && strcspn("aabbc", "c") == 4);
    RSL_EXPECT(wcsspn(L"aabbc", L"ab") == 4 && wcscspn(L"aabbc", L"c") == 4);
    char line[] = ",one,,two";
    char* rest;
    RSL_EXPECT(same(strtok_s(line, ",", &rest), "one") && same(strtok_s(nullptr, ",", &rest), "two"));
    RSL_EXPECT(strtok_s(nullptr, ",", &rest) == nullptr);
    wchar_t wide_line[] = L"a b";
    wchar_t* wide_rest;
    RSL_EXPECT(same(wcstok_s(wide_line, L" ", &wide_rest), L"a") && same(wcstok_s(nullptr, L" ", &wide_rest), L"b"));
}

RSL_TEST(CrtString, ChecksWhatItWrites) {
    char a[4];
    wchar_t w[4];
    RSL_EXPECT(strcpy_s(a, 4, "abc") == 0 && strcpy_s(a, 4, "abcd") == kRange && a[0] == '\0');
    RSL_EXPECT(strcpy_s(a, 4, nullptr) == kInvalid && strcpy_s(nullptr, 4, "a") == kInvalid);
    RSL_EXPECT(strcpy_s(a, 4, "ab") == 0 && strcat_s(a, 4, "c") == 0 && strcat_s(a, 4, "d") == kRange);
    RSL_EXPECT(strncpy_s(a, 4, "abcdef", 3) == 0 && same(a, "abc"));
    RSL_EXPECT(strncpy_s(a, 4, "abcdef", kTruncate) == kTruncated && same(a, "abc"));
    RSL_EXPECT(strcpy_s(a, 4, "a") == 0 && strncat_s(a, 4, "bcd", 2) == 0 && same(a, "abc"));
    RSL_EXPECT(wcscpy_s(w, 4, L"abc") == 0 && wcscpy_s(w, 4, L"abcd") == kRange && w[0] == 0);
    RSL_EXPECT(wcsncpy_s(w, 4, L"abcdef", kTruncate) == kTruncated && same(w, L"abc"));
    RSL_EXPECT(wcscpy_s(w, 4, L"a") == 0 && wcscat_s(w, 4, L"b") == 0 && wcsncat_s(w, 4, L"cde", 1) == 0 && same(w, L"abc"));
}

RSL_TEST(CrtCharacter, KnowsItsClass) {
    RSL_EXPECT(isdigit('5') && !isdigit('a') && isupper('A') && !isupper('a') && islower('a') && !islower('1'));
    RSL_EXPECT(isalpha('z') && !isalpha('1') && isalnum('1') && !isalnum('_') && isspace('\t') && !isspace('x'));
    RSL_EXPECT(isprint(' ') && !isprint('\n') && isgraph('x') && !isgraph(' ') && iscntrl('\n') && !iscntrl('x'));
    RSL_EXPECT(ispunct('_') && !ispunct('a') && isxdigit('f') && !isxdigit('g'));
    RSL_EXPECT(tolower('Q') == 'q' && tolower('1') == '1' && toupper('q') == 'Q');
    RSL_EXPECT(towupper(L'\u00e4') == L'\u00c4' && towlower(L'\u00c4') == L'\u00e4');
}

RSL_TEST(CrtNumber, ReadsNumbers) {
    RSL_EXPECT(atoi(" -42x") == -42 && atol("+7") == 7 && _wtoi(L"99") == 99 && _wtol(L"-1") == -1);
    RSL_EXPECT(_atoi64("-9000000000") == -9000000000ll && _wtoi64(L"9000000000") == 9000000000ll);
    char* end;
    wchar_t* wide_end;
    RSL_EXPECT(strtol("0x1fz", &end, 0) == 31 && *end == 'z' && strtol("017", nullptr, 0) == 15);
    RSL_EXPECT(strtol("99999999999", nullptr, 10) == 0x7FFFFFFF && strtol("-99999999999", nullptr, 10) == -0x7FFFFFFF - 1);
    RSL_EXPECT(strtoul("4294967295", nullptr, 10) == 0xFFFFFFFFu && strtoul("99999999999", nullptr, 10) == 0xFFFFFFFFu);
    RSL_EXPECT(strtoul("zz", &end, 36) == 35 * 36 + 35 && strtol("--1", &end, 10) == 0);
    RSL_EXPECT(_strtoui64("0xFFFFFFFFFFFFFFFF", nullptr, 16) == ~0ull);
    RSL_EXPECT(wcstol(L"-12 ", &wide_end, 10) == -12 && *wide_end == L' ' && wcstoul(L"ff", nullptr, 16) == 255);
    const char* none = "x";
    RSL_EXPECT(strtol(none, &end, 10) == 0 && end == none);
}

RSL_TEST(CrtNumber, WritesNumbers) {
    char a[68];
    wchar_t w[68];
    RSL_EXPECT(same(_itoa(-5, a, 10), "-5") && same(_itoa(-1, a, 16), "ffffffff") && same(_ltoa(7, a, 2), "111"));
    RSL_EXPECT(same(_ultoa(4000000000u, a, 10), "4000000000") && same(_i64toa(-1, a, 10), "-1"));
    RSL_EXPECT(same(_ui64toa(~0ull, a, 16), "ffffffffffffffff"));
    RSL_EXPECT(same(_itow(-5, w, 10), L"-5") && same(_ltow(7, w, 8), L"7") && same(_ultow(255, w, 16), L"ff"));
    RSL_EXPECT(same(_i64tow(-9000000000ll, w, 10), L"-9000000000") && same(_ui64tow(0, w, 10), L"0"));
    RSL_EXPECT(_itoa_s(123, a, 4, 10) == 0 && same(a, "123") && _itoa_s(1234, a, 4, 10) == kInvalid && a[0] == '\0');
    RSL_EXPECT(_ltoa_s(-1, a, 9, 16) == 0 && same(a, "ffffffff") && _ultoa_s(9, a, 2, 10) == 0);
    RSL_EXPECT(_i64toa_s(-1, a, 3, 10) == 0 && _ui64toa_s(16, a, 3, 16) == 0 && same(a, "10"));
    RSL_EXPECT(_itow_s(1, w, 2, 99) == kInvalid && _ltow_s(12, w, 3, 10) == 0 && same(w, L"12"));
    RSL_EXPECT(_ultow_s(12, w, 2, 10) == kInvalid && _i64tow_s(-3, w, 3, 10) == 0 && _ui64tow_s(3, w, 2, 10) == 0);
}

RSL_TEST(CrtSort, SortsAndSearches) {
    int numbers[200];
    srand(5);
    for (int& number : numbers) number = rand() % 1000;
    qsort(numbers, 200, sizeof(int), compare_ints);
    for (int i = 1; i < 200; ++i) RSL_REQUIRE(numbers[i - 1] <= numbers[i]);
    const int wanted = numbers[77], absent = 5000;
    const auto* found = static_cast<int*>(bsearch(&wanted, numbers, 200, sizeof(int), compare_ints));
    RSL_EXPECT(found != nullptr && *found == wanted);
    RSL_EXPECT(bsearch(&absent, numbers, 200, sizeof(int), compare_ints) == nullptr);
    int three[3] = {3, 1, 2}, calls = 0;
    qsort_s(three, 3, sizeof(int), compare_with, &calls);
    RSL_EXPECT(three[0] == 1 && three[2] == 3 && calls > 0);
    RSL_EXPECT(bsearch_s(&three[1], three, 3, sizeof(int), compare_with, &calls) == &three[1]);
    qsort(nullptr, 0, 4, compare_ints);
}

RSL_TEST(CrtRandom, IsTheDocumentedSequence) {
    srand(1);
    RSL_EXPECT_EQ(rand(), 41);
    RSL_EXPECT_EQ(rand(), 18467);
    RSL_EXPECT_EQ(rand(), 6334);
}

RSL_TEST(CrtConvert, BetweenWidths) {
    wchar_t w[4];
    char a[4];
    RSL_EXPECT(mbstowcs(w, "a\x80", 4) == 2 && same(w, L"a\u20ac") && mbstowcs(nullptr, "abcde", 0) == 5);
    RSL_EXPECT(wcstombs(a, L"a\u20ac", 4) == 2 && same(a, "a\x80"));
    RSL_EXPECT(mbtowc(w, "x", 1) == 1 && w[0] == L'x' && mbtowc(w, "", 1) == 0);
    RSL_EXPECT(wctomb(a, L'\u00e4') == 1 && a[0] == '\xE4');
}

namespace {
int call_vsprintf(char* out, const char* text, ...) {
    va_list list;
    va_start(list, text);
    const int length = vsprintf(out, text, list);
    va_end(list);
    return length;
}
}  // namespace

RSL_TEST(CrtPrint, PrintsNarrow) {
    char a[16];
    RSL_EXPECT(sprintf(a, "%d %s", 5, "x") == 3 && same(a, "5 x"));
    RSL_EXPECT(call_vsprintf(a, "%x", 255) == 2 && same(a, "ff"));
    memset(a, '#', sizeof(a));
    RSL_EXPECT(_snprintf(a, 3, "%s", "abc") == 3 && a[3] == '#');
    RSL_EXPECT(_snprintf(a, 3, "%s", "abcd") == -1 && a[3] == '#');
    RSL_EXPECT(_snprintf(a, 8, "%s", "abcd") == 4 && same(a, "abcd"));
    RSL_EXPECT(sprintf_s(a, 4, "%s", "abc") == 3 && sprintf_s(a, 4, "%s", "abcd") == -1 && a[0] == '\0');
    RSL_EXPECT(_snprintf_s(a, 4, kTruncate, "%s", "abcdef") == -1 && same(a, "abc"));
    RSL_EXPECT(_snprintf_s(a, 8, 2, "%s", "abcdef") == -1 && same(a, "ab"));
    RSL_EXPECT(_snprintf_s(a, 4, 9, "%s", "abcdef") == -1 && a[0] == '\0');
}

RSL_TEST(CrtPrint, PrintsWide) {
    wchar_t w[16];
    RSL_EXPECT(nt_swprintf(w, L"%d %s", 5, L"x") == 3 && same(w, L"5 x"));
    RSL_EXPECT(_swprintf(w, L"%S", "y") == 1 && same(w, L"y"));
    RSL_EXPECT(_snwprintf(w, 3, L"%s", L"abcd") == -1);
    RSL_EXPECT(_snwprintf(w, 16, L"%I64x", 1ll << 32) == 9 && same(w, L"100000000"));
    RSL_EXPECT(swprintf_s(w, 4, L"%s", L"abc") == 3 && swprintf_s(w, 4, L"%s", L"abcd") == -1 && w[0] == 0);
    RSL_EXPECT(_snwprintf_s(w, 4, kTruncate, L"%s", L"abcdef") == -1 && same(w, L"abc"));
}

namespace {
struct Listed {
    char narrow[16];
    wchar_t wide[16];
    int result[8];
};
void print_all(Listed& out, const char* narrow, const wchar_t* wide, ...) {
    va_list list;
    const auto each = [&](auto&& call) {
        va_list copy;
        va_copy(copy, list);
        const int result = call(copy);
        va_end(copy);
        return result;
    };
    va_start(list, wide);
    out.result[0] = each([&](va_list l) { return _vsnprintf(out.narrow, 16, narrow, l); });
    out.result[1] = each([&](va_list l) { return vsprintf_s(out.narrow, 16, narrow, l); });
    out.result[2] = each([&](va_list l) { return _vsnprintf_s(out.narrow, 16, kTruncate, narrow, l); });
    out.result[3] = each([&](va_list l) { return _vsnwprintf(out.wide, 16, wide, l); });
    out.result[4] = each([&](va_list l) { return vswprintf_s(out.wide, 16, wide, l); });
    out.result[5] = each([&](va_list l) { return _vsnwprintf_s(out.wide, 16, kTruncate, wide, l); });
    out.result[6] = each([&](va_list l) { return nt_vswprintf(out.wide, wide, l); });
    out.result[7] = each([&](va_list l) { return _vswprintf(out.wide, wide, l); });
    va_end(list);
}
}  // namespace

RSL_TEST(CrtPrint, PrintsLists) {
    Listed out;
    print_all(out, "%d-%d", L"%d-%d", 12, 34);
    for (const int result : out.result) RSL_EXPECT_EQ(result, 5);
    RSL_EXPECT(same(out.narrow, "12-34") && same(out.wide, L"12-34"));
}
