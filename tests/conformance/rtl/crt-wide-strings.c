/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

CRT(size_t, wcslen, const wchar_t*);
CRT(size_t, wcsnlen, const wchar_t*, size_t);
CRT(int, wcscmp, const wchar_t*, const wchar_t*);
CRT(int, wcsncmp, const wchar_t*, const wchar_t*, size_t);
CRT(wchar_t*, wcscpy, wchar_t*, const wchar_t*);
CRT(wchar_t*, wcsncpy, wchar_t*, const wchar_t*, size_t);
CRT(wchar_t*, wcscat, wchar_t*, const wchar_t*);
CRT(wchar_t*, wcsncat, wchar_t*, const wchar_t*, size_t);
CRT(wchar_t*, wcschr, const wchar_t*, wchar_t);
CRT(wchar_t*, wcsrchr, const wchar_t*, wchar_t);
CRT(wchar_t*, wcsstr, const wchar_t*, const wchar_t*);
CRT(size_t, wcsspn, const wchar_t*, const wchar_t*);
CRT(size_t, wcscspn, const wchar_t*, const wchar_t*);
CRT(wchar_t*, wcspbrk, const wchar_t*, const wchar_t*);
CRT(wchar_t*, _wcslwr, wchar_t*);
CRT(wchar_t*, _wcsupr, wchar_t*);
CRT(wchar_t*, _wcsset, wchar_t*, wchar_t);
CRT(wchar_t*, _wcsnset, wchar_t*, wchar_t, size_t);
CRT(wchar_t*, _wcsrev, wchar_t*);
CRT(int, _wcsicmp, const wchar_t*, const wchar_t*);
CRT(int, _wcsnicmp, const wchar_t*, const wchar_t*, size_t);

CONFORMANCE(wcslen, CountsToTheNul) {
    CHECK_EQ(crt_wcslen(L""), 0);
    CHECK_EQ(crt_wcslen(L"abc\0def"), 3);
}

CONFORMANCE(wcsnlen, CountsAtMostSoMany) {
    CHECK_EQ(crt_wcsnlen(L"abc", 9), 3);
    CHECK_EQ(crt_wcsnlen(L"abc", 2), 2);
    CHECK_EQ(crt_wcsnlen(L"abc", 0), 0);
}

CONFORMANCE(wcscmp, Orders) {
    CHECK_EQ(crt_wcscmp(L"abc", L"abc"), 0);
    CHECK(crt_wcscmp(L"abc", L"abd") < 0);
    CHECK(crt_wcscmp(L"abc", L"ab") > 0);
    CHECK(crt_wcscmp(L"ABC", L"abc") < 0);
    CHECK(crt_wcscmp(L"\xE4", L"a") > 0);
}

CONFORMANCE(wcsncmp, ComparesAtMostSoMany) {
    CHECK_EQ(crt_wcsncmp(L"abcX", L"abcY", 3), 0);
    CHECK(crt_wcsncmp(L"abcX", L"abcY", 4) < 0);
    CHECK_EQ(crt_wcsncmp(L"a", L"b", 0), 0);
    CHECK_EQ(crt_wcsncmp(L"ab", L"ab", 100), 0);
}

CONFORMANCE(wcscpy, CopiesWithTheNul) {
    wchar_t to[6] = L"#####";
    CHECK_EQ(crt_wcscpy(to, L"abc"), to);
    CHECK_BYTES(to, L"abc\0#", sizeof(to));
}

CONFORMANCE(wcsncpy, PadsWithNulsAndMayNotTerminate) {
    wchar_t to[6] = L"#####";
    CHECK_EQ(crt_wcsncpy(to, L"a", 3), to);
    CHECK_BYTES(to, L"a\0\0##", sizeof(to));
    crt_wcsncpy(to, L"wxyz", 3);
    CHECK_BYTES(to, L"wxy##", sizeof(to));
}

CONFORMANCE(wcscat, Appends) {
    wchar_t to[8] = L"ab";
    CHECK_EQ(crt_wcscat(to, L"cde"), to);
    CHECK_BYTES(to, L"abcde", 6 * sizeof(wchar_t));
}

CONFORMANCE(wcsncat, AppendsAtMostSoManyAndTerminates) {
    wchar_t to[8] = L"ab\0####";
    CHECK_EQ(crt_wcsncat(to, L"cde", 2), to);
    CHECK_BYTES(to, L"abcd\0##", sizeof(to));
    crt_wcsncat(to, L"e", 5);
    CHECK_BYTES(to, L"abcde\0#", sizeof(to));
}

CONFORMANCE(wcschr, FindsTheFirstAndTheNul) {
    static const wchar_t text[] = L"abcabc";
    CHECK_EQ(crt_wcschr(text, 'b'), text + 1);
    CHECK_EQ(crt_wcschr(text, 0), text + 6);
    CHECK_EQ(crt_wcschr(text, 'x'), NULL);
}

CONFORMANCE(wcsrchr, FindsTheLastAndTheNul) {
    static const wchar_t text[] = L"abcabc";
    CHECK_EQ(crt_wcsrchr(text, 'b'), text + 4);
    CHECK_EQ(crt_wcsrchr(text, 0), text + 6);
    CHECK_EQ(crt_wcsrchr(text, 'x'), NULL);
}

CONFORMANCE(wcsstr, FindsTheFirstOccurrence) {
    static const wchar_t text[] = L"aabaab!";
    CHECK_EQ(crt_wcsstr(text, L"ab"), text + 1);
    CHECK_EQ(crt_wcsstr(text, L""), text);
    CHECK_EQ(crt_wcsstr(text, L"ab!"), text + 4);
    CHECK_EQ(crt_wcsstr(text, L"ab!!"), NULL);
}

CONFORMANCE(wcsspn, CountsWhatIsInTheSet) {
    CHECK_EQ(crt_wcsspn(L"cabbage", L"abc"), 5);
    CHECK_EQ(crt_wcsspn(L"cabbage", L"x"), 0);
    CHECK_EQ(crt_wcsspn(L"aaa", L"a"), 3);
}

CONFORMANCE(wcscspn, CountsWhatIsNotInTheSet) {
    CHECK_EQ(crt_wcscspn(L"cabbage", L"ge"), 5);
    CHECK_EQ(crt_wcscspn(L"abc", L"x"), 3);
    CHECK_EQ(crt_wcscspn(L"abc", L""), 3);
}

CONFORMANCE(wcspbrk, FindsTheFirstOfASet) {
    static const wchar_t text[] = L"one, two";
    CHECK_EQ(crt_wcspbrk(text, L" ,"), text + 3);
    CHECK_EQ(crt_wcspbrk(text, L"x"), NULL);
}

CONFORMANCE(_wcslwr, ConvertsInPlace) {
    wchar_t text[] = L"AbC-1";
    CHECK_EQ(crt__wcslwr(text), text);
    CHECK_BYTES(text, L"abc-1", sizeof(text));
}

CONFORMANCE(_wcsupr, ConvertsInPlace) {
    wchar_t text[] = L"AbC-1";
    CHECK_EQ(crt__wcsupr(text), text);
    CHECK_BYTES(text, L"ABC-1", sizeof(text));
}

CONFORMANCE(_wcsset, SetsAllButTheNul) {
    wchar_t text[] = L"abc\0d";
    CHECK_EQ(crt__wcsset(text, 'x'), text);
    CHECK_BYTES(text, L"xxx\0d", sizeof(text));
}

CONFORMANCE(_wcsnset, SetsAtMostSoMany) {
    wchar_t text[] = L"abc\0d";
    CHECK_EQ(crt__wcsnset(text, 'x', 2), text);
    CHECK_BYTES(text, L"xxc\0d", sizeof(text));
    crt__wcsnset(text, 'y', 9);
    CHECK_BYTES(text, L"yyy\0d", sizeof(text));
}

CONFORMANCE(_wcsrev, ReversesInPlace) {
    wchar_t text[] = L"abcd", one[] = L"a";
    CHECK_EQ(crt__wcsrev(text), text);
    CHECK_BYTES(text, L"dcba", sizeof(text));
    CHECK_BYTES(crt__wcsrev(one), L"a", sizeof(one));
}

CONFORMANCE(_wcsicmp, OrdersLowerCased) {
    CHECK_EQ(crt__wcsicmp(L"aBc", L"AbC"), 0);
    CHECK(crt__wcsicmp(L"abc", L"ABD") < 0);
    CHECK(crt__wcsicmp(L"_", L"A") < 0);
    CHECK(crt__wcsicmp(L"abc", L"AB") > 0);
}

CONFORMANCE(_wcsnicmp, ComparesAtMostSoMany) {
    CHECK_EQ(crt__wcsnicmp(L"aBcX", L"AbCY", 3), 0);
    CHECK(crt__wcsnicmp(L"aBcX", L"AbCY", 4) < 0);
    CHECK_EQ(crt__wcsnicmp(L"a", L"b", 0), 0);
}
