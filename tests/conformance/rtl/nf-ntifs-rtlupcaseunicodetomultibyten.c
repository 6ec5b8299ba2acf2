/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUpcaseUnicodeToMultiByteN, ConvertsInUpperCase) {
    char narrow[4] = "####";
    ULONG bytes = 0;
    CHECK_STATUS(RtlUpcaseUnicodeToMultiByteN(narrow, 4, &bytes, L"aBc", 6), STATUS_SUCCESS);
    CHECK_EQ(bytes, 3);
    CHECK_BYTES(narrow, "ABC#", 4);
    CHECK_STATUS(RtlUpcaseUnicodeToMultiByteN(narrow, 1, &bytes, L"xyz", 6), STATUS_SUCCESS);
    CHECK_EQ(bytes, 1);
}
