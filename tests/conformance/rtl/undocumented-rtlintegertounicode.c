/* SPDX-License-Identifier: GPL-2.0-only */
/* No page; RtlIntegerToChar for wide characters. */
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI RtlIntegerToUnicode(ULONG Value, ULONG Base, LONG OutputLength,
                                            PWSTR String);

CONFORMANCE(RtlIntegerToUnicode, WritesInEachBase) {
    WCHAR text[16];
    CHECK_STATUS(RtlIntegerToUnicode(255, 16, 16, text), STATUS_SUCCESS);
    CHECK_BYTES(text, L"FF", 6);
    CHECK_STATUS(RtlIntegerToUnicode(42, 0, 2, text), STATUS_SUCCESS);
    CHECK_BYTES(text, L"42", 4);
    CHECK_STATUS(RtlIntegerToUnicode(1234, 10, 3, text), STATUS_BUFFER_OVERFLOW);
    CHECK_STATUS(RtlIntegerToUnicode(1, 9, 3, text), STATUS_INVALID_PARAMETER);
}
