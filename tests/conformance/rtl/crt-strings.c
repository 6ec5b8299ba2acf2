/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

CRT(size_t, strlen, const char*);
CRT(size_t, strnlen, const char*, size_t);
CRT(int, strcmp, const char*, const char*);
CRT(int, strncmp, const char*, const char*, size_t);
CRT(char*, strcpy, char*, const char*);
CRT(char*, strncpy, char*, const char*, size_t);
CRT(char*, strcat, char*, const char*);
CRT(char*, strncat, char*, const char*, size_t);
CRT(char*, strchr, const char*, int);
CRT(char*, strrchr, const char*, int);
CRT(char*, strstr, const char*, const char*);
CRT(size_t, strspn, const char*, const char*);
CRT(size_t, strcspn, const char*, const char*);
CRT(char*, strpbrk, const char*, const char*);
CRT(char*, _strlwr, char*);
CRT(char*, _strupr, char*);
CRT(char*, _strset, char*, int);
CRT(char*, _strnset, char*, int, size_t);
CRT(char*, _strrev, char*);
CRT(int, _stricmp, const char*, const char*);
CRT(int, _strnicmp, const char*, const char*, size_t);

CONFORMANCE(strlen, CountsToTheNul) {
    CHECK_EQ(crt_strlen(""), 0);
    CHECK_EQ(crt_strlen("abc\0def"), 3);
}

CONFORMANCE(strnlen, CountsAtMostSoMany) {
    CHECK_EQ(crt_strnlen("abc", 9), 3);
    CHECK_EQ(crt_strnlen("abc", 2), 2);
    CHECK_EQ(crt_strnlen("abc", 0), 0);
}

CONFORMANCE(strcmp, Orders) {
    CHECK_EQ(crt_strcmp("abc", "abc"), 0);
    CHECK(crt_strcmp("abc", "abd") < 0);
    CHECK(crt_strcmp("abc", "ab") > 0);
    CHECK(crt_strcmp("ABC", "abc") < 0);
    CHECK(crt_strcmp("\xE4", "a") > 0);
}

CONFORMANCE(strncmp, ComparesAtMostSoMany) {
    CHECK_EQ(crt_strncmp("abcX", "abcY", 3), 0);
    CHECK(crt_strncmp("abcX", "abcY", 4) < 0);
    CHECK_EQ(crt_strncmp("a", "b", 0), 0);
    CHECK_EQ(crt_strncmp("ab", "ab", 100), 0);
}

CONFORMANCE(strcpy, CopiesWithTheNul) {
    char to[6] = "#####";
    CHECK_EQ(crt_strcpy(to, "abc"), to);
    CHECK_BYTES(to, "abc\0#", sizeof(to));
}

CONFORMANCE(strncpy, PadsWithNulsAndMayNotTerminate) {
    char to[6] = "#####";
    CHECK_EQ(crt_strncpy(to, "a", 3), to);
    CHECK_BYTES(to, "a\0\0##", sizeof(to));
    crt_strncpy(to, "wxyz", 3);
    CHECK_BYTES(to, "wxy##", sizeof(to));
}

CONFORMANCE(strcat, Appends) {
    char to[8] = "ab";
    CHECK_EQ(crt_strcat(to, "cde"), to);
    CHECK_BYTES(to, "abcde", 6 * sizeof(char));
}

CONFORMANCE(strncat, AppendsAtMostSoManyAndTerminates) {
    char to[8] = "ab\0####";
    CHECK_EQ(crt_strncat(to, "cde", 2), to);
    CHECK_BYTES(to, "abcd\0##", sizeof(to));
    crt_strncat(to, "e", 5);
    CHECK_BYTES(to, "abcde\0#", sizeof(to));
}

CONFORMANCE(strchr, FindsTheFirstAndTheNul) {
    static const char text[] = "abcabc";
    CHECK_EQ(crt_strchr(text, 'b'), text + 1);
    CHECK_EQ(crt_strchr(text, 0), text + 6);
    CHECK_EQ(crt_strchr(text, 'x'), NULL);
}

CONFORMANCE(strrchr, FindsTheLastAndTheNul) {
    static const char text[] = "abcabc";
    CHECK_EQ(crt_strrchr(text, 'b'), text + 4);
    CHECK_EQ(crt_strrchr(text, 0), text + 6);
    CHECK_EQ(crt_strrchr(text, 'x'), NULL);
}

CONFORMANCE(strstr, FindsTheFirstOccurrence) {
    static const char text[] = "aabaab!";
    CHECK_EQ(crt_strstr(text, "ab"), text + 1);
    CHECK_EQ(crt_strstr(text, ""), text);
    CHECK_EQ(crt_strstr(text, "ab!"), text + 4);
    CHECK_EQ(crt_strstr(text, "ab!!"), NULL);
}

CONFORMANCE(strspn, CountsWhatIsInTheSet) {
    CHECK_EQ(crt_strspn("cabbage", "abc"), 5);
    CHECK_EQ(crt_strspn("cabbage", "x"), 0);
    CHECK_EQ(crt_strspn("aaa", "a"), 3);
}

CONFORMANCE(strcspn, CountsWhatIsNotInTheSet) {
    CHECK_EQ(crt_strcspn("cabbage", "ge"), 5);
    CHECK_EQ(crt_strcspn("abc", "x"), 3);
    CHECK_EQ(crt_strcspn("abc", ""), 3);
}

CONFORMANCE(strpbrk, FindsTheFirstOfASet) {
    static const char text[] = "one, two";
    CHECK_EQ(crt_strpbrk(text, " ,"), text + 3);
    CHECK_EQ(crt_strpbrk(text, "x"), NULL);
}

CONFORMANCE(_strlwr, ConvertsInPlace) {
    char text[] = "AbC-1";
    CHECK_EQ(crt__strlwr(text), text);
    CHECK_BYTES(text, "abc-1", sizeof(text));
}

CONFORMANCE(_strupr, ConvertsInPlace) {
    char text[] = "AbC-1";
    CHECK_EQ(crt__strupr(text), text);
    CHECK_BYTES(text, "ABC-1", sizeof(text));
}

CONFORMANCE(_strset, SetsAllButTheNul) {
    char text[] = "abc\0d";
    CHECK_EQ(crt__strset(text, 'x'), text);
    CHECK_BYTES(text, "xxx\0d", sizeof(text));
}

CONFORMANCE(_strnset, SetsAtMostSoMany) {
    char text[] = "abc\0d";
    CHECK_EQ(crt__strnset(text, 'x', 2), text);
    CHECK_BYTES(text, "xxc\0d", sizeof(text));
    crt__strnset(text, 'y', 9);
    CHECK_BYTES(text, "yyy\0d", sizeof(text));
}

CONFORMANCE(_strrev, ReversesInPlace) {
    char text[] = "abcd", one[] = "a";
    CHECK_EQ(crt__strrev(text), text);
    CHECK_BYTES(text, "dcba", sizeof(text));
    CHECK_BYTES(crt__strrev(one), "a", sizeof(one));
}

CONFORMANCE(_stricmp, OrdersLowerCased) {
    CHECK_EQ(crt__stricmp("aBc", "AbC"), 0);
    CHECK(crt__stricmp("abc", "ABD") < 0);
    CHECK(crt__stricmp("_", "A") < 0);
    CHECK(crt__stricmp("abc", "AB") > 0);
}

CONFORMANCE(_strnicmp, ComparesAtMostSoMany) {
    CHECK_EQ(crt__strnicmp("aBcX", "AbCY", 3), 0);
    CHECK(crt__strnicmp("aBcX", "AbCY", 4) < 0);
    CHECK_EQ(crt__strnicmp("a", "b", 0), 0);
}
