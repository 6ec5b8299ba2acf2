/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlInitAnsiString, CountsBytesWithoutTheNul) {
    static const char source[] = "abc";
    ANSI_STRING text;
    RtlInitAnsiString(&text, source);
    CHECK_EQ(text.Length, 3);
    CHECK_EQ(text.MaximumLength, 4);
    CHECK_EQ(text.Buffer, (PCHAR)source);
    AT_IRQL(DISPATCH_LEVEL, RtlInitAnsiString(&text, NULL));
    CHECK_EQ(text.Length, 0);
    CHECK_EQ(text.MaximumLength, 0);
    CHECK_EQ(text.Buffer, NULL);
}
