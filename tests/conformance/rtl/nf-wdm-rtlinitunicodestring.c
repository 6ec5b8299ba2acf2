/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlInitUnicodeString, CountsBytesWithoutTheNul) {
    static const WCHAR source[] = L"abc";
    UNICODE_STRING text;
    RtlInitUnicodeString(&text, source);
    CHECK_EQ(text.Length, 6);
    CHECK_EQ(text.MaximumLength, 8);
    CHECK_EQ(text.Buffer, (PWSTR)source);
}

CONFORMANCE(RtlInitUnicodeString, NullSourceGivesLengthZero) {
    UNICODE_STRING text = {2, 2, (PWSTR)L"x"};
    RtlInitUnicodeString(&text, NULL);
    CHECK_EQ(text.Length, 0);
    CHECK_EQ(text.MaximumLength, 0);
    CHECK_EQ(text.Buffer, NULL);
}

CONFORMANCE(RtlInitUnicodeString, RunsAtDispatchLevel) {
    UNICODE_STRING text;
    AT_IRQL(DISPATCH_LEVEL, RtlInitUnicodeString(&text, L"level"));
    CHECK_TEXT(&text, L"level");
}
