/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlIntegerToUnicodeString, WritesInEachBase) {
    WCHAR buffer[40];
    UNICODE_STRING text = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlIntegerToUnicodeString(4000000000u, 0, &text), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"4000000000");
    CHECK_STATUS(RtlIntegerToUnicodeString(10, 10, &text), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"10");
    CHECK_STATUS(RtlIntegerToUnicodeString(0xABC, 16, &text), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"ABC");
    CHECK_STATUS(RtlIntegerToUnicodeString(8, 8, &text), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"10");
    CHECK_STATUS(RtlIntegerToUnicodeString(5, 2, &text), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"101");
}

CONFORMANCE(RtlIntegerToUnicodeString, RefusesBaseAndSmallBuffer) {
    WCHAR buffer[2];
    UNICODE_STRING text = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlIntegerToUnicodeString(1, 7, &text), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIntegerToUnicodeString(1234, 10, &text), STATUS_BUFFER_OVERFLOW);
}
