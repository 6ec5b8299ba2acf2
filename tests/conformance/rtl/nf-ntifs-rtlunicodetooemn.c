/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUnicodeToOemN, ConvertsAndWarnsOfTruncation) {
    char narrow[4] = "####";
    ULONG bytes = 0;
    CHECK_STATUS(RtlUnicodeToOemN(narrow, 4, &bytes, (PWCH)L"abc", 6), STATUS_SUCCESS);
    CHECK_EQ(bytes, 3);
    CHECK_BYTES(narrow, "abc#", 4);
    CHECK_STATUS(RtlUnicodeToOemN(narrow, 2, &bytes, (PWCH)L"xyz", 6), STATUS_BUFFER_OVERFLOW);
    CHECK_BYTES(narrow, "xyc#", 4);
}
