/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUpcaseUnicodeChar, MapsLetters) {
    CHECK_EQ(RtlUpcaseUnicodeChar(L'a'), L'A');
    CHECK_EQ(RtlUpcaseUnicodeChar(L'A'), L'A');
    CHECK_EQ(RtlUpcaseUnicodeChar(L'1'), L'1');
    CHECK_EQ(RtlUpcaseUnicodeChar(0xE4), 0xC4);
    CHECK_EQ(RtlUpcaseUnicodeChar(0x3B1), 0x391);
    CHECK_EQ(RtlUpcaseUnicodeChar(0xDF), 0xDF);
}
