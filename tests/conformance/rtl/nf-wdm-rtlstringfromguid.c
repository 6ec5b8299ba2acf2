/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlStringFromGUID, WritesTheStandardForm) {
    static const GUID sample = {
        0x01234567, 0x89AB, 0xCDEF, {0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE}};
    UNICODE_STRING text = {0};
    GUID back;
    REQUIRE(RtlStringFromGUID(&sample, &text) == STATUS_SUCCESS);
    CHECK_TEXT(&text, L"{01234567-89AB-CDEF-1032-547698BADCFE}");
    CHECK_STATUS(RtlGUIDFromString(&text, &back), STATUS_SUCCESS);
    CHECK_BYTES(&back, &sample, sizeof(back));
    RtlFreeUnicodeString(&text);
}
