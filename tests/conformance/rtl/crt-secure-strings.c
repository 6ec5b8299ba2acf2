/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

CRT(int, strcpy_s, char*, size_t, const char*);
CRT(int, strncpy_s, char*, size_t, const char*, size_t);
CRT(int, strcat_s, char*, size_t, const char*);
CRT(int, strncat_s, char*, size_t, const char*, size_t);
CRT(char*, strtok_s, char*, const char*, char**);
CRT(int, _strlwr_s, char*, size_t);
CRT(int, _strupr_s, char*, size_t);
CRT(int, _strset_s, char*, size_t, int);
CRT(int, _strnset_s, char*, size_t, int, size_t);

CONFORMANCE(strcpy_s, CopiesOrEmpties) {
    char to[4] = "###";
    CHECK_EQ(crt_strcpy_s(to, 4, "abc"), 0);
    CHECK_BYTES(to, "abc", sizeof(to));
    CHECK_EQ(crt_strcpy_s(to, 3, "abc"), ERANGE_);
    CHECK_EQ(to[0], 0);
    to[0] = 'x';
    CHECK_EQ(crt_strcpy_s(to, 4, NULL), EINVAL_);
    CHECK_EQ(to[0], 0);
    CHECK_EQ(crt_strcpy_s(NULL, 4, "a"), EINVAL_);
}

CONFORMANCE(strncpy_s, CopiesTruncatesOrEmpties) {
    char to[4] = "###";
    CHECK_EQ(crt_strncpy_s(to, 4, "abcdef", 2), 0);
    CHECK_BYTES(to, "ab", 3 * sizeof(char));
    CHECK_EQ(crt_strncpy_s(to, 4, "abcdef", (size_t)-1), STRUNCATE_);
    CHECK_BYTES(to, "abc", sizeof(to));
    CHECK_EQ(crt_strncpy_s(to, 4, "abcdef", 4), ERANGE_);
    CHECK_EQ(to[0], 0);
}

CONFORMANCE(strcat_s, AppendsOrEmpties) {
    char to[6] = "ab";
    CHECK_EQ(crt_strcat_s(to, 6, "cde"), 0);
    CHECK_BYTES(to, "abcde", sizeof(to));
    CHECK_EQ(crt_strcat_s(to, 6, "f"), ERANGE_);
    CHECK_EQ(to[0], 0);
    CHECK_EQ(crt_strcat_s(to, 6, NULL), EINVAL_);
}

CONFORMANCE(strncat_s, AppendsTruncatesOrEmpties) {
    char to[6] = "ab";
    CHECK_EQ(crt_strncat_s(to, 6, "cdefg", 2), 0);
    CHECK_BYTES(to, "abcd", 5 * sizeof(char));
    CHECK_EQ(crt_strncat_s(to, 6, "efg", (size_t)-1), STRUNCATE_);
    CHECK_BYTES(to, "abcde", sizeof(to));
    CHECK_EQ(crt_strncat_s(to, 6, "fgh", 2), ERANGE_);
    CHECK_EQ(to[0], 0);
}

CONFORMANCE(strtok_s, CutsTokensOff) {
    char text[] = "  one,two ";
    char* rest = NULL;
    char* token = crt_strtok_s(text, " ,", &rest);
    CHECK_EQ(token, text + 2);
    CHECK_BYTES(token, "one", 4 * sizeof(char));
    token = crt_strtok_s(NULL, " ,", &rest);
    CHECK_EQ(token, text + 6);
    CHECK_EQ(crt_strtok_s(NULL, " ,", &rest), NULL);
    CHECK_EQ(crt_strtok_s(NULL, " ,", &rest), NULL);
}

CONFORMANCE(_strlwr_s, ConvertsOrRefuses) {
    char text[] = "AbC";
    CHECK_EQ(crt__strlwr_s(text, 4), 0);
    CHECK_BYTES(text, "abc", sizeof(text));
    CHECK_EQ(crt__strlwr_s(text, 3), EINVAL_);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(crt__strlwr_s(NULL, 3), EINVAL_);
}

CONFORMANCE(_strupr_s, ConvertsOrRefuses) {
    char text[] = "AbC";
    CHECK_EQ(crt__strupr_s(text, 4), 0);
    CHECK_BYTES(text, "ABC", sizeof(text));
    CHECK_EQ(crt__strupr_s(text, 3), EINVAL_);
    CHECK_EQ(text[0], 0);
}

CONFORMANCE(_strset_s, SetsOrRefuses) {
    char text[] = "abc";
    CHECK_EQ(crt__strset_s(text, 4, 'x'), 0);
    CHECK_BYTES(text, "xxx", sizeof(text));
    CHECK_EQ(crt__strset_s(text, 3, 'y'), EINVAL_);
    CHECK_EQ(text[0], 0);
}

CONFORMANCE(_strnset_s, SetsOrRefuses) {
    char text[] = "abc";
    CHECK_EQ(crt__strnset_s(text, 4, 'x', 2), 0);
    CHECK_BYTES(text, "xxc", sizeof(text));
    CHECK_EQ(crt__strnset_s(text, 3, 'y', 2), EINVAL_);
    CHECK_EQ(text[0], 0);
}
