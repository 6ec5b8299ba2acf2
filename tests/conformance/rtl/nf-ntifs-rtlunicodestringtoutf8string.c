/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

typedef STRING CONFORMANCE_UTF8_STRING;
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringToUTF8String(CONFORMANCE_UTF8_STRING* DestinationString,
                                                     PCUNICODE_STRING SourceString,
                                                     BOOLEAN Allocate);
NTSYSAPI VOID NTAPI RtlFreeUTF8String(CONFORMANCE_UTF8_STRING* Utf8String);

CONFORMANCE(RtlUnicodeStringToUTF8String, ConvertsIntoTheCallersBufferOrANewOne) {
    char buffer[8];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"a\u20AC");
    CONFORMANCE_UTF8_STRING to = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlUnicodeStringToUTF8String(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_EQ(to.Length, 4);
    CHECK_EQ(to.MaximumLength, sizeof(buffer));
    CHECK_BYTES(buffer, "a\xE2\x82\xAC", 4);
    REQUIRE(RtlUnicodeStringToUTF8String(&to, &from, TRUE) == STATUS_SUCCESS);
    CHECK_EQ(to.Length, 4);
    CHECK_BYTES(to.Buffer, "a\xE2\x82\xAC", 4);
    RtlFreeUTF8String(&to);
}

CONFORMANCE(RtlUnicodeStringToUTF8String, WarnsOfTruncationAndReplacement) {
    static WCHAR lone[] = {L'a', 0xDC00};
    char buffer[8];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"abcdefgh"), bad = {4, 4, lone};
    CONFORMANCE_UTF8_STRING to = {0, 4, buffer};
    CHECK_STATUS(RtlUnicodeStringToUTF8String(&to, &from, FALSE), STATUS_BUFFER_OVERFLOW);
    CHECK_BYTES(buffer, "abc", 3);
    to.MaximumLength = sizeof(buffer);
    CHECK_STATUS(RtlUnicodeStringToUTF8String(&to, &bad, FALSE), STATUS_SOME_NOT_MAPPED);
    CHECK_EQ(to.Length, 4);
}
