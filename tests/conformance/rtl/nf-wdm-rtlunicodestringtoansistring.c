/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlUpcaseUnicodeStringToAnsiString, the same in upper case. */
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI RtlUpcaseUnicodeStringToAnsiString(PANSI_STRING DestinationString,
                                                           PCUNICODE_STRING SourceString,
                                                           BOOLEAN AllocateDestinationString);

CONFORMANCE(RtlUnicodeStringToAnsiString, ConvertsIntoTheCallersBufferOrANewOne) {
    char buffer[8];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"abc");
    ANSI_STRING to = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlUnicodeStringToAnsiString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_EQ(to.Length, 3);
    CHECK_BYTES(buffer, "abc", 3);
    REQUIRE(RtlUnicodeStringToAnsiString(&to, &from, TRUE) == STATUS_SUCCESS);
    CHECK_EQ(to.Length, 3);
    CHECK_BYTES(to.Buffer, "abc", 4);
    RtlFreeAnsiString(&to);
}

CONFORMANCE(RtlUnicodeStringToAnsiString, RefusesASmallBuffer) {
    char buffer[2];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"abc");
    ANSI_STRING to = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlUnicodeStringToAnsiString(&to, &from, FALSE), STATUS_BUFFER_OVERFLOW);
}

CONFORMANCE(RtlUpcaseUnicodeStringToAnsiString, ConvertsInUpperCase) {
    char buffer[8];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"aBc1");
    ANSI_STRING to = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlUpcaseUnicodeStringToAnsiString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_EQ(to.Length, 4);
    CHECK_BYTES(buffer, "ABC1", 4);
    to.MaximumLength = 3;
    CHECK(!NT_SUCCESS(RtlUpcaseUnicodeStringToAnsiString(&to, &from, FALSE)));
}
