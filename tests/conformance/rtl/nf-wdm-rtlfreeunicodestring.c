/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlFreeUnicodeString, FreesAndClearsTheString) {
    UNICODE_STRING text;
    REQUIRE(RtlCreateUnicodeString(&text, L"free me"));
    RtlFreeUnicodeString(&text);
    CHECK_EQ(text.Buffer, NULL);
    CHECK_EQ(text.Length, 0);
    CHECK_EQ(text.MaximumLength, 0);
    RtlFreeUnicodeString(&text);
}
