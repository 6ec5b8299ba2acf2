/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUTF8ToUnicodeN, ConvertsAndMeasures) {
    WCHAR wide[8];
    ULONG bytes = 0;
    CHECK_STATUS(RtlUTF8ToUnicodeN(NULL, 0, &bytes, "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 10),
                 STATUS_SUCCESS);
    CHECK_EQ(bytes, 10);
    CHECK_STATUS(
        RtlUTF8ToUnicodeN(wide, sizeof(wide), &bytes, "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 10),
        STATUS_SUCCESS);
    CHECK_EQ(bytes, 10);
    CHECK_BYTES(wide, L"a\u00E4\u20AC\xD83D\xDE00", 10);
}

CONFORMANCE(RtlUTF8ToUnicodeN, SaysWhatWasReplacedOrCutOff) {
    WCHAR wide[8];
    ULONG bytes = 0;
    CHECK_STATUS(RtlUTF8ToUnicodeN(wide, sizeof(wide), &bytes,
                                   "a\xFF"
                                   "b",
                                   3),
                 STATUS_SOME_NOT_MAPPED);
    CHECK_EQ(bytes, 6);
    CHECK_EQ(wide[1], 0xFFFD);
    CHECK_STATUS(RtlUTF8ToUnicodeN(wide, 4, &bytes, "abc", 3), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(bytes, 4);
    CHECK_BYTES(wide, L"ab", 4);
}

CONFORMANCE(RtlUTF8ToUnicodeN, RefusesBadParameters) {
    WCHAR wide[8];
    ULONG bytes;
    CHECK_STATUS(RtlUTF8ToUnicodeN(NULL, 0, NULL, "abc", 3), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlUTF8ToUnicodeN(wide, sizeof(wide), &bytes, NULL, 3),
                 STATUS_INVALID_PARAMETER_4);
}
