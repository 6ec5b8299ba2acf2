/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlEqualUnicodeString, ComparesWithAndWithoutCase) {
    UNICODE_STRING abc = RTL_CONSTANT_STRING(L"abc\u00E4"),
                   upper = RTL_CONSTANT_STRING(L"ABC\u00C4");
    UNICODE_STRING longer = RTL_CONSTANT_STRING(L"abc\u00E4d");
    CHECK(RtlEqualUnicodeString(&abc, &abc, FALSE));
    CHECK(!RtlEqualUnicodeString(&abc, &upper, FALSE));
    CHECK(RtlEqualUnicodeString(&abc, &upper, TRUE));
    CHECK(!RtlEqualUnicodeString(&abc, &longer, TRUE));
}
