/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlAnsiStringToUnicodeString, ConvertsIntoTheCallersBufferOrANewOne) {
    WCHAR buffer[8];
    UNICODE_STRING to = {0, sizeof(buffer), buffer};
    ANSI_STRING from;
    RtlInitAnsiString(&from, "abc");
    CHECK_STATUS(RtlAnsiStringToUnicodeString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_TEXT(&to, L"abc");
    CHECK_EQ(to.MaximumLength, sizeof(buffer));
    REQUIRE(RtlAnsiStringToUnicodeString(&to, &from, TRUE) == STATUS_SUCCESS);
    CHECK_TEXT(&to, L"abc");
    CHECK_EQ(to.Buffer[3], 0);
    CHECK_EQ(to.MaximumLength, 8);
    RtlFreeUnicodeString(&to);
}

CONFORMANCE(RtlAnsiStringToUnicodeString, RefusesASmallBuffer) {
    WCHAR buffer[2];
    UNICODE_STRING to = {0, sizeof(buffer), buffer};
    ANSI_STRING from;
    RtlInitAnsiString(&from, "abc");
    CHECK_STATUS(RtlAnsiStringToUnicodeString(&to, &from, FALSE), STATUS_BUFFER_OVERFLOW);
}
