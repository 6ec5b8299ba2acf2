/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringToInt64(PCUNICODE_STRING String, ULONG Base, PLONG64 Number,
                                                PWSTR* EndPointer);

CONFORMANCE(RtlUnicodeStringToInt64, ReadsAndSaysWhereItStopped) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"-1234567890123xyz"),
                   prefixed = RTL_CONSTANT_STRING(L"0x123456789A");
    UNICODE_STRING empty = {0};
    LONG64 value = 0;
    PWSTR end = NULL;
    CHECK_STATUS(RtlUnicodeStringToInt64(&text, 10, &value, &end), STATUS_SUCCESS);
    CHECK_EQ(value, -1234567890123ll);
    CHECK_EQ(end, text.Buffer + 14);
    CHECK_STATUS(RtlUnicodeStringToInt64(&prefixed, 0, &value, NULL), STATUS_SUCCESS);
    CHECK_EQ(value, 0x123456789All);
    CHECK_STATUS(RtlUnicodeStringToInt64(&empty, 10, &value, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlUnicodeStringToInt64(&text, 5, &value, NULL), STATUS_INVALID_PARAMETER);
}
