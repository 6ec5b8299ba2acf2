/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

static ULONG Value(PCWSTR Text, ULONG Base) {
    UNICODE_STRING text;
    ULONG value = 77;
    RtlInitUnicodeString(&text, Text);
    CHECK_STATUS(RtlUnicodeStringToInteger(&text, Base, &value), STATUS_SUCCESS);
    return value;
}

CONFORMANCE(RtlUnicodeStringToInteger, ReadsEachBase) {
    CHECK_EQ(Value(L"123", 10), 123);
    CHECK_EQ(Value(L"ff", 16), 255);
    CHECK_EQ(Value(L"17", 8), 15);
    CHECK_EQ(Value(L"101", 2), 5);
    CHECK_EQ(Value(L"0x10", 0), 16);
    CHECK_EQ(Value(L"0o10", 0), 8);
    CHECK_EQ(Value(L"0b10", 0), 2);
    CHECK_EQ(Value(L"10", 0), 10);
    CHECK_EQ(Value(L"-5", 10), (ULONG)-5);
    CHECK_EQ(Value(L"+5", 10), 5);
    CHECK_EQ(Value(L"  42", 10), 42);
    CHECK_EQ(Value(L"12abc", 10), 12);
    CHECK_EQ(Value(L"abc", 10), 0);
}

CONFORMANCE(RtlUnicodeStringToInteger, RefusesAnEmptyStringAndABadBase) {
    UNICODE_STRING empty = {0}, one = RTL_CONSTANT_STRING(L"1");
    ULONG value;
    CHECK_STATUS(RtlUnicodeStringToInteger(&empty, 10, &value), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlUnicodeStringToInteger(&one, 7, &value), STATUS_INVALID_PARAMETER);
}
