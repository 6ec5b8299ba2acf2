/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUpcaseUnicodeToOemN, ConvertsInUpperCaseAndWarnsOfTruncation) {
    char narrow[4] = "####";
    ULONG bytes = 0;
    CHECK_STATUS(RtlUpcaseUnicodeToOemN(narrow, 4, &bytes, (PWCH)L"aBc", 6), STATUS_SUCCESS);
    CHECK_EQ(bytes, 3);
    CHECK_BYTES(narrow, "ABC#", 4);
    CHECK_STATUS(RtlUpcaseUnicodeToOemN(narrow, 2, &bytes, (PWCH)L"xyz", 6),
                 STATUS_BUFFER_OVERFLOW);
    CHECK_BYTES(narrow, "XYC#", 4);
}
