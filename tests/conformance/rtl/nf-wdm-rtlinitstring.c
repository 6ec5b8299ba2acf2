/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlInitString, CountsBytesWithoutTheNul) {
    static const char source[] = "abcd";
    STRING text;
    RtlInitString(&text, source);
    CHECK_EQ(text.Length, 4);
    CHECK_EQ(text.MaximumLength, 5);
    CHECK_EQ(text.Buffer, (PCHAR)source);
    AT_IRQL(DISPATCH_LEVEL, RtlInitString(&text, NULL));
    CHECK_EQ(text.Length, 0);
    CHECK_EQ(text.Buffer, NULL);
}
