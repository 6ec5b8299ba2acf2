/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUnicodeStringToCountedOemString, NeedsNoRoomForATerminator) {
    char buffer[4] = "####";
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"abc");
    OEM_STRING to = {0, 3, buffer};
    CHECK_STATUS(RtlUnicodeStringToCountedOemString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_EQ(to.Length, 3);
    CHECK_BYTES(buffer, "abc#", 4);
    to.MaximumLength = 2;
    CHECK(!NT_SUCCESS(RtlUnicodeStringToCountedOemString(&to, &from, FALSE)));
}

CONFORMANCE(RtlUnicodeStringToCountedOemString, RefusesWhatTheCodePageLacks) {
    char buffer[8];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"a\u4E2D");
    OEM_STRING to = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlUnicodeStringToCountedOemString(&to, &from, FALSE),
                 STATUS_UNMAPPABLE_CHARACTER);
    CHECK_STATUS(RtlUnicodeStringToCountedOemString(&to, &from, TRUE), STATUS_UNMAPPABLE_CHARACTER);
}
