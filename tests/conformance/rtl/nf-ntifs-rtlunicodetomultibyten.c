/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUnicodeToMultiByteN, ConvertsAndTruncatesWithSuccess) {
    char narrow[4] = "####";
    ULONG bytes = 0;
    CHECK_STATUS(RtlUnicodeToMultiByteN(narrow, 4, &bytes, L"abc", 6), STATUS_SUCCESS);
    CHECK_EQ(bytes, 3);
    CHECK_BYTES(narrow, "abc#", 4);
    CHECK_STATUS(RtlUnicodeToMultiByteN(narrow, 2, &bytes, L"xyz", 6), STATUS_SUCCESS);
    CHECK_EQ(bytes, 2);
    CHECK_BYTES(narrow, "xyc#", 4);
    AT_IRQL(APC_LEVEL,
            CHECK_STATUS(RtlUnicodeToMultiByteN(narrow, 4, NULL, L"q", 2), STATUS_SUCCESS));
}
