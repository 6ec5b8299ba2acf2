// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlConvertSidToUnicodeString, WritesItAsDocumented) {
    WCHAR room[9];  // whether a NUL has to fit, the page does not say
    UNICODE_STRING text = {0, sizeof(room), room};
    SID broken = {7, 1, {{0, 0, 0, 0, 0, 1}}, {0}};
    CHECK_STATUS(RtlConvertSidToUnicodeString(&text, LOCAL_SYSTEM_SID, FALSE),
                 STATUS_SUCCESS);
    CHECK_TEXT(&text, L"S-1-5-18");
    CHECK_STATUS(RtlConvertSidToUnicodeString(&text, ADMINS_SID, FALSE),
                 STATUS_BUFFER_OVERFLOW);
    CHECK_STATUS(RtlConvertSidToUnicodeString(&text, &broken, FALSE), STATUS_INVALID_SID);
    CHECK_STATUS(RtlConvertSidToUnicodeString(&text, ADMINS_SID, TRUE),
                 STATUS_SUCCESS);
    CHECK_TEXT(&text, L"S-1-5-32-544");
    RtlFreeUnicodeString(&text);
}
CONFORMANCE(RtlConvertSidToUnicodeString, LargeAuthoritiesAreHexadecimal) {
    SID large = {SID_REVISION, 1, {{0x00, 0x28, 0x65, 0x1F, 0xE8, 0x48}}, {12}};
    UNICODE_STRING text = {0, 0, NULL};
    CHECK_STATUS(RtlConvertSidToUnicodeString(&text, &large, TRUE), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"S-1-0x28651FE848-12");
    RtlFreeUnicodeString(&text);
}
