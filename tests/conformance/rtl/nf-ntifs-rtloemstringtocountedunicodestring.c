/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlOemStringToCountedUnicodeString, NeedsNoRoomForATerminator) {
    WCHAR buffer[3];
    UNICODE_STRING to = {0, sizeof(buffer), buffer};
    OEM_STRING from;
    RtlInitString(&from, "abc");
    CHECK_STATUS(RtlOemStringToCountedUnicodeString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_TEXT(&to, L"abc");
    to.MaximumLength = 4;
    CHECK(!NT_SUCCESS(RtlOemStringToCountedUnicodeString(&to, &from, FALSE)));
    REQUIRE(RtlOemStringToCountedUnicodeString(&to, &from, TRUE) == STATUS_SUCCESS);
    CHECK_TEXT(&to, L"abc");
    RtlFreeUnicodeString(&to);
}
