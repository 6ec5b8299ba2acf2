/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

NTSYSAPI LONG NTAPI RtlCompareUnicodeStrings(PCWCH String1, SIZE_T String1Length, PCWCH String2,
                                             SIZE_T String2Length, BOOLEAN CaseInSensitive);

CONFORMANCE(RtlCompareUnicodeString, Orders) {
    UNICODE_STRING abc = RTL_CONSTANT_STRING(L"abc"), abd = RTL_CONSTANT_STRING(L"abd");
    UNICODE_STRING upper = RTL_CONSTANT_STRING(L"ABC"), longer = RTL_CONSTANT_STRING(L"abcd");
    CHECK_EQ(RtlCompareUnicodeString(&abc, &abc, FALSE), 0);
    CHECK(RtlCompareUnicodeString(&abc, &abd, FALSE) < 0);
    CHECK(RtlCompareUnicodeString(&abd, &abc, FALSE) > 0);
    CHECK(RtlCompareUnicodeString(&abc, &longer, FALSE) < 0);
    CHECK(RtlCompareUnicodeString(&abc, &upper, FALSE) > 0);
    CHECK_EQ(RtlCompareUnicodeString(&abc, &upper, TRUE), 0);
}

CONFORMANCE(RtlCompareUnicodeStrings, CountsCharacters) {
    CHECK_EQ(RtlCompareUnicodeStrings(L"abcX", 3, L"abcY", 3, FALSE), 0);
    CHECK(RtlCompareUnicodeStrings(L"abcX", 4, L"abcY", 4, FALSE) < 0);
    CHECK(RtlCompareUnicodeStrings(L"ab", 2, L"abc", 3, FALSE) < 0);
    CHECK_EQ(RtlCompareUnicodeStrings(L"ABC", 3, L"abc", 3, TRUE), 0);
    CHECK(RtlCompareUnicodeStrings(L"ABC", 3, L"abc", 3, FALSE) < 0);
}
