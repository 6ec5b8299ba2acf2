/* SPDX-License-Identifier: GPL-2.0-only */
/* With its three siblings: the bytes that a conversion needs, terminator included. */
#include "conformance.h"

#undef RtlxAnsiStringToUnicodeSize
#undef RtlxOemStringToUnicodeSize
#undef RtlxUnicodeStringToOemSize
NTSYSAPI ULONG NTAPI RtlxOemStringToUnicodeSize(PCOEM_STRING OemString);
NTSYSAPI ULONG NTAPI RtlxUnicodeStringToOemSize(PCUNICODE_STRING UnicodeString);

CONFORMANCE(RtlxAnsiStringToUnicodeSize, CountsTheTerminator) {
    ANSI_STRING text;
    RtlInitAnsiString(&text, "abc");
    CHECK_EQ(RtlxAnsiStringToUnicodeSize(&text), 8);
    text.Length = 0;
    CHECK_EQ(RtlxAnsiStringToUnicodeSize(&text), 2);
}

CONFORMANCE(RtlxOemStringToUnicodeSize, CountsTheTerminator) {
    OEM_STRING text;
    RtlInitString(&text, "abc");
    CHECK_EQ(RtlxOemStringToUnicodeSize(&text), 8);
}

CONFORMANCE(RtlxUnicodeStringToAnsiSize, CountsTheTerminator) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"abc");
    CHECK_EQ(RtlxUnicodeStringToAnsiSize(&text), 4);
    text.Length = 0;
    CHECK_EQ(RtlxUnicodeStringToAnsiSize(&text), 1);
}

CONFORMANCE(RtlxUnicodeStringToOemSize, CountsTheTerminator) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"abc");
    CHECK_EQ(RtlxUnicodeStringToOemSize(&text), 4);
}
