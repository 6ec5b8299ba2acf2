/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlIntegerToChar, its reverse. */
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value);
NTSYSAPI NTSTATUS NTAPI RtlIntegerToChar(ULONG Value, ULONG Base, LONG OutputLength, PCHAR String);

CONFORMANCE(RtlCharToInteger, ReadsEachBase) {
    ULONG value = 0;
    CHECK_STATUS(RtlCharToInteger("123", 10, &value), STATUS_SUCCESS);
    CHECK_EQ(value, 123);
    CHECK_STATUS(RtlCharToInteger("0x1F", 0, &value), STATUS_SUCCESS);
    CHECK_EQ(value, 0x1F);
    CHECK_STATUS(RtlCharToInteger(" -7", 10, &value), STATUS_SUCCESS);
    CHECK_EQ(value, (ULONG)-7);
    CHECK_STATUS(RtlCharToInteger("777", 8, &value), STATUS_SUCCESS);
    CHECK_EQ(value, 511);
    CHECK_STATUS(RtlCharToInteger("1", 9, &value), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlIntegerToChar, WritesWithATerminatorIfThereIsRoom) {
    char text[16];
    CHECK_STATUS(RtlIntegerToChar(255, 16, sizeof(text), text), STATUS_SUCCESS);
    CHECK_BYTES(text, "FF", 3);
    CHECK_STATUS(RtlIntegerToChar(42, 0, 2, text), STATUS_SUCCESS);
    CHECK_BYTES(text, "42", 2);
    CHECK_STATUS(RtlIntegerToChar(1234, 10, 3, text), STATUS_BUFFER_OVERFLOW);
    CHECK_STATUS(RtlIntegerToChar(1, 9, 3, text), STATUS_INVALID_PARAMETER);
}
