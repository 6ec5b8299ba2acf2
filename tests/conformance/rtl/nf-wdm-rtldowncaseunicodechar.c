/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlDowncaseUnicodeChar, MapsLetters) {
    CHECK_EQ(RtlDowncaseUnicodeChar(L'A'), L'a');
    CHECK_EQ(RtlDowncaseUnicodeChar(L'a'), L'a');
    CHECK_EQ(RtlDowncaseUnicodeChar(L'.'), L'.');
    CHECK_EQ(RtlDowncaseUnicodeChar(0xC4), 0xE4);
    CHECK_EQ(RtlDowncaseUnicodeChar(0x391), 0x3B1);
}
