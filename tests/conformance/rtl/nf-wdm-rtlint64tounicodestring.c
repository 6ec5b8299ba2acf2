/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlInt64ToUnicodeString, WritesInEachBase) {
    WCHAR buffer[70];
    UNICODE_STRING text = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlInt64ToUnicodeString(12345678901234567890ull, 10, &text), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"12345678901234567890");
    CHECK_STATUS(RtlInt64ToUnicodeString(0x123456789ABCDEFull, 16, &text), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"123456789ABCDEF");
    CHECK_STATUS(RtlInt64ToUnicodeString(0, 0, &text), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"0");
    CHECK_STATUS(RtlInt64ToUnicodeString(1, 3, &text), STATUS_INVALID_PARAMETER);
    text.MaximumLength = 4;
    CHECK_STATUS(RtlInt64ToUnicodeString(1234, 10, &text), STATUS_BUFFER_OVERFLOW);
}
