/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlFreeAnsiString, FreesAndClearsTheString) {
    UNICODE_STRING source = RTL_CONSTANT_STRING(L"abc");
    ANSI_STRING text = {0};
    REQUIRE(RtlUnicodeStringToAnsiString(&text, &source, TRUE) == STATUS_SUCCESS);
    RtlFreeAnsiString(&text);
    CHECK_EQ(text.Buffer, NULL);
    CHECK_EQ(text.Length, 0);
    CHECK_EQ(text.MaximumLength, 0);
}
