/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUnicodeToUTF8N, ConvertsAndMeasures) {
    char narrow[16];
    ULONG bytes = 0;
    CHECK_STATUS(RtlUnicodeToUTF8N(NULL, 0, &bytes, L"a\u00E4\u20AC\xD83D\xDE00", 10),
                 STATUS_SUCCESS);
    CHECK_EQ(bytes, 10);
    CHECK_STATUS(
        RtlUnicodeToUTF8N(narrow, sizeof(narrow), &bytes, L"a\u00E4\u20AC\xD83D\xDE00", 10),
        STATUS_SUCCESS);
    CHECK_EQ(bytes, 10);
    CHECK_BYTES(narrow, "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 10);
}

CONFORMANCE(RtlUnicodeToUTF8N, SaysWhatWasReplacedOrCutOff) {
    static const WCHAR lone[] = {L'a', 0xD800, L'b'};
    char narrow[16];
    ULONG bytes = 0;
    CHECK_STATUS(RtlUnicodeToUTF8N(narrow, sizeof(narrow), &bytes, lone, 6),
                 STATUS_SOME_NOT_MAPPED);
    CHECK_EQ(bytes, 5);
    CHECK_BYTES(narrow,
                "a\xEF\xBF\xBD"
                "b",
                5);
    CHECK_STATUS(RtlUnicodeToUTF8N(narrow, 2, &bytes, L"abc", 6), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(bytes, 2);
}

CONFORMANCE(RtlUnicodeToUTF8N, RefusesBadParameters) {
    char narrow[16];
    ULONG bytes;
    CHECK_STATUS(RtlUnicodeToUTF8N(NULL, 0, NULL, L"abc", 6), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlUnicodeToUTF8N(narrow, sizeof(narrow), &bytes, NULL, 6),
                 STATUS_INVALID_PARAMETER_4);
    CHECK_STATUS(RtlUnicodeToUTF8N(narrow, sizeof(narrow), &bytes, L"abc", 5),
                 STATUS_INVALID_PARAMETER_5);
}
