/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

static const GUID Sample = {
    0x01234567, 0x89AB, 0xCDEF, {0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE}};

CONFORMANCE(RtlGUIDFromString, ReadsTheStandardForm) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"{01234567-89ab-CDEF-1032-547698BADCFE}");
    GUID guid = {0};
    CHECK_STATUS(RtlGUIDFromString(&text, &guid), STATUS_SUCCESS);
    CHECK_BYTES(&guid, &Sample, sizeof(guid));
}

CONFORMANCE(RtlGUIDFromString, RefusesWhatIsNone) {
    UNICODE_STRING noBraces = RTL_CONSTANT_STRING(L"01234567-89ab-CDEF-1032-547698BADCFE");
    UNICODE_STRING letter = RTL_CONSTANT_STRING(L"{0123456X-89ab-CDEF-1032-547698BADCFE}");
    UNICODE_STRING cut = RTL_CONSTANT_STRING(L"{01234567-89ab-CDEF-1032-547698BADC}");
    GUID guid;
    CHECK_STATUS(RtlGUIDFromString(&noBraces, &guid), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlGUIDFromString(&letter, &guid), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlGUIDFromString(&cut, &guid), STATUS_INVALID_PARAMETER);
}
