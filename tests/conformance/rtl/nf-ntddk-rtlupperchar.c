/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUpperChar, MapsLetters) {
    CHECK_EQ(RtlUpperChar('a'), 'A');
    CHECK_EQ(RtlUpperChar('Z'), 'Z');
    CHECK_EQ(RtlUpperChar('5'), '5');
}
