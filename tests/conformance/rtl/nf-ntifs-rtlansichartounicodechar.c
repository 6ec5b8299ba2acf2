/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

NTSYSAPI WCHAR NTAPI RtlAnsiCharToUnicodeChar(PUCHAR* SourceCharacter);

CONFORMANCE(RtlAnsiCharToUnicodeChar, ConvertsAndMovesOn) {
    UCHAR text[] = "ab";
    PUCHAR at = text;
    CHECK_EQ(RtlAnsiCharToUnicodeChar(&at), L'a');
    CHECK_EQ(at, text + 1);
    CHECK_EQ(RtlAnsiCharToUnicodeChar(&at), L'b');
    CHECK_EQ(RtlAnsiCharToUnicodeChar(&at), 0);
}
