/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

typedef STRING CONFORMANCE_UTF8_STRING;
NTSYSAPI NTSTATUS NTAPI RtlUTF8StringToUnicodeString(PUNICODE_STRING DestinationString,
                                                     CONFORMANCE_UTF8_STRING* SourceString,
                                                     BOOLEAN Allocate);

CONFORMANCE(RtlUTF8StringToUnicodeString, ConvertsIntoTheCallersBufferOrANewOne) {
    WCHAR buffer[4];
    UNICODE_STRING to = {0, sizeof(buffer), buffer};
    CONFORMANCE_UTF8_STRING from;
    RtlInitString(&from, "a\xE2\x82\xAC");
    CHECK_STATUS(RtlUTF8StringToUnicodeString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_TEXT(&to, L"a\u20AC");
    REQUIRE(RtlUTF8StringToUnicodeString(&to, &from, TRUE) == STATUS_SUCCESS);
    CHECK_TEXT(&to, L"a\u20AC");
    RtlFreeUnicodeString(&to);
}

CONFORMANCE(RtlUTF8StringToUnicodeString, WarnsOfTruncationAndReplacement) {
    WCHAR buffer[8];
    UNICODE_STRING to = {0, 4 * sizeof(WCHAR), buffer};
    CONFORMANCE_UTF8_STRING from;
    RtlInitString(&from, "abcdefgh");
    CHECK_STATUS(RtlUTF8StringToUnicodeString(&to, &from, FALSE), STATUS_BUFFER_OVERFLOW);
    CHECK_BYTES(buffer, L"abc", 6);
    RtlInitString(&from, "a\xFF");
    CHECK_STATUS(RtlUTF8StringToUnicodeString(&to, &from, FALSE), STATUS_SOME_NOT_MAPPED);
    CHECK_TEXT(&to, L"a\xFFFD");
}
