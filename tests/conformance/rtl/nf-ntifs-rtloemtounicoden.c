/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlOemToUnicodeN, ConvertsAndWarnsOfTruncation) {
    WCHAR wide[4] = {L'#', L'#', L'#', L'#'};
    ULONG bytes = 0;
    CHECK_STATUS(RtlOemToUnicodeN(wide, sizeof(wide), &bytes, (PCHAR) "abc", 3), STATUS_SUCCESS);
    CHECK_EQ(bytes, 6);
    CHECK_BYTES(wide, L"abc#", 8);
    CHECK_STATUS(RtlOemToUnicodeN(wide, 4, &bytes, (PCHAR) "xyz", 3), STATUS_BUFFER_OVERFLOW);
    CHECK_BYTES(wide, L"xyc#", 8);
}
