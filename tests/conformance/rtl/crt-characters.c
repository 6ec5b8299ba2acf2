/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

CRT(int, isdigit, int);
CRT(int, isupper, int);
CRT(int, islower, int);
CRT(int, isalpha, int);
CRT(int, isalnum, int);
CRT(int, isspace, int);
CRT(int, isprint, int);
CRT(int, isgraph, int);
CRT(int, iscntrl, int);
CRT(int, ispunct, int);
CRT(int, isxdigit, int);
CRT(int, tolower, int);
CRT(int, toupper, int);
CRT(unsigned short, towlower, unsigned short);
CRT(unsigned short, towupper, unsigned short);

CONFORMANCE(isdigit, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_isdigit(c) != 0, (c >= '0' && c <= '9'));
}

CONFORMANCE(isupper, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_isupper(c) != 0, (c >= 'A' && c <= 'Z'));
}

CONFORMANCE(islower, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_islower(c) != 0, (c >= 'a' && c <= 'z'));
}

CONFORMANCE(isalpha, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++)
        CHECK_EQ(crt_isalpha(c) != 0, ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')));
}

CONFORMANCE(isalnum, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++)
        CHECK_EQ(crt_isalnum(c) != 0,
                 ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')));
}

CONFORMANCE(isspace, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_isspace(c) != 0, (c == ' ' || (c >= 9 && c <= 13)));
}

CONFORMANCE(isprint, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_isprint(c) != 0, (c >= 32 && c < 127));
}

CONFORMANCE(isgraph, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_isgraph(c) != 0, (c > 32 && c < 127));
}

CONFORMANCE(iscntrl, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_iscntrl(c) != 0, (c < 32 || c == 127));
}

CONFORMANCE(ispunct, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++)
        CHECK_EQ(crt_ispunct(c) != 0, ((c > 32 && c < '0') || (c > '9' && c < 'A') ||
                                       (c > 'Z' && c < 'a') || (c > 'z' && c < 127)));
}

CONFORMANCE(isxdigit, ClassifiesAllOfAscii) {
    int c;
    for (c = 0; c < 128; c++)
        CHECK_EQ(crt_isxdigit(c) != 0,
                 ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f')));
}

CONFORMANCE(tolower, MapsLettersOnly) {
    int c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_tolower(c), c >= 'A' && c <= 'Z' ? c + 32 : c);
}

CONFORMANCE(toupper, MapsLettersOnly) {
    int c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_toupper(c), c >= 'a' && c <= 'z' ? c - 32 : c);
}

CONFORMANCE(towlower, MapsLettersOnly) {
    unsigned short c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_towlower(c), c >= 'A' && c <= 'Z' ? c + 32 : c);
}

CONFORMANCE(towupper, MapsLettersOnly) {
    unsigned short c;
    for (c = 0; c < 128; c++) CHECK_EQ(crt_towupper(c), c >= 'a' && c <= 'z' ? c - 32 : c);
}
