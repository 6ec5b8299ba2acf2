/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

CRT(void*, memcpy, void*, const void*, size_t);
CRT(void*, memmove, void*, const void*, size_t);
CRT(void*, memset, void*, int, size_t);
CRT(int, memcmp, const void*, const void*, size_t);
CRT(void*, memchr, const void*, int, size_t);
CRT(int, memcpy_s, void*, size_t, const void*, size_t);
CRT(int, memmove_s, void*, size_t, const void*, size_t);

CONFORMANCE(memcpy, CopiesAndReturnsItsTarget) {
    char to[6] = "#####";
    CHECK_EQ(crt_memcpy(to, "abc", 3), to);
    CHECK_BYTES(to, "abc##", 6);
    crt_memcpy(to, "x", 0);
    CHECK_EQ(to[0], 'a');
}

CONFORMANCE(memmove, CopiesOverlappingBlocks) {
    char text[10] = "abcdefghi";
    CHECK_EQ(crt_memmove(text + 2, text, 5), text + 2);
    CHECK_BYTES(text, "ababcdehi", 10);
    crt_memmove(text, text + 2, 5);
    CHECK_BYTES(text, "abcdedehi", 10);
}

CONFORMANCE(memset, SetsEachByte) {
    char text[5] = "####";
    CHECK_EQ(crt_memset(text, 0x141, 3), text);
    CHECK_BYTES(text, "AAA#", 5);
}

CONFORMANCE(memcmp, ComparesUnsignedBytes) {
    CHECK_EQ(crt_memcmp("abcX", "abcY", 3), 0);
    CHECK(crt_memcmp("abcX", "abcY", 4) < 0);
    CHECK(crt_memcmp("\xFF", "\x01", 1) > 0);
    CHECK_EQ(crt_memcmp("a", "b", 0), 0);
}

CONFORMANCE(memchr, FindsTheFirst) {
    static const char text[] = "abc\0abc";
    CHECK_EQ(crt_memchr(text, 'b', 7), text + 1);
    CHECK_EQ(crt_memchr(text, 0, 7), text + 3);
    CHECK_EQ(crt_memchr(text, 'c', 2), NULL);
}

CONFORMANCE(memcpy_s, CopiesOrZeroes) {
    char to[4] = "###";
    CHECK_EQ(crt_memcpy_s(to, 3, "abc", 3), 0);
    CHECK_BYTES(to, "abc", 4);
    CHECK_EQ(crt_memcpy_s(to, 2, "xyz", 3), ERANGE_);
    CHECK_BYTES(to, "\0\0c", 4);
    CHECK_EQ(crt_memcpy_s(to, 3, NULL, 3), EINVAL_);
    CHECK_EQ(crt_memcpy_s(NULL, 3, "abc", 3), EINVAL_);
    CHECK_EQ(crt_memcpy_s(NULL, 0, NULL, 0), 0);
}

CONFORMANCE(memmove_s, MovesOrRefuses) {
    char text[7] = "abcdef";
    CHECK_EQ(crt_memmove_s(text + 1, 6, text, 4), 0);
    CHECK_BYTES(text, "aabcdf", 7);
    CHECK_EQ(crt_memmove_s(text, 2, "xyz", 3), ERANGE_);
    CHECK_EQ(text[0], 'a');
    CHECK_EQ(crt_memmove_s(text, 7, NULL, 3), EINVAL_);
    CHECK_EQ(crt_memmove_s(NULL, 7, text, 3), EINVAL_);
}
