/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlMultiByteToUnicodeN, ConvertsAndTruncatesWithSuccess) {
    WCHAR wide[4] = {L'#', L'#', L'#', L'#'};
    ULONG bytes = 0;
    CHECK_STATUS(RtlMultiByteToUnicodeN(wide, sizeof(wide), &bytes, "abc", 3), STATUS_SUCCESS);
    CHECK_EQ(bytes, 6);
    CHECK_BYTES(wide, L"abc#", 8);
    CHECK_STATUS(RtlMultiByteToUnicodeN(wide, 4, &bytes, "xyz", 3), STATUS_SUCCESS);
    CHECK_EQ(bytes, 4);
    CHECK_BYTES(wide, L"xyc#", 8);
    AT_IRQL(APC_LEVEL,
            CHECK_STATUS(RtlMultiByteToUnicodeN(wide, sizeof(wide), NULL, "q", 1), STATUS_SUCCESS));
    CHECK_EQ(wide[0], L'q');
}
