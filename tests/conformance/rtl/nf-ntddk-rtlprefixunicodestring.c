/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlSuffixUnicodeString and RtlPrefixString, declared beside it in ntifs.h. */
#include "conformance.h"

NTSYSAPI BOOLEAN NTAPI RtlPrefixString(const STRING* String1, const STRING* String2,
                                       BOOLEAN CaseInSensitive);
NTSYSAPI BOOLEAN NTAPI RtlSuffixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                                              BOOLEAN CaseInSensitive);

CONFORMANCE(RtlPrefixUnicodeString, TellsWhetherTheSecondBeginsWithTheFirst) {
    UNICODE_STRING whole = RTL_CONSTANT_STRING(L"\\Device\\Echo"),
                   prefix = RTL_CONSTANT_STRING(L"\\DEVICE"), empty = {0};
    CHECK(RtlPrefixUnicodeString(&prefix, &whole, TRUE));
    CHECK(!RtlPrefixUnicodeString(&prefix, &whole, FALSE));
    CHECK(!RtlPrefixUnicodeString(&whole, &prefix, TRUE));
    CHECK(RtlPrefixUnicodeString(&empty, &whole, FALSE));
    CHECK(RtlPrefixUnicodeString(&whole, &whole, FALSE));
}

CONFORMANCE(RtlSuffixUnicodeString, TellsWhetherTheSecondEndsWithTheFirst) {
    UNICODE_STRING whole = RTL_CONSTANT_STRING(L"echo.sys"), suffix = RTL_CONSTANT_STRING(L".SYS");
    CHECK(RtlSuffixUnicodeString(&suffix, &whole, TRUE));
    CHECK(!RtlSuffixUnicodeString(&suffix, &whole, FALSE));
    CHECK(!RtlSuffixUnicodeString(&whole, &suffix, TRUE));
}

CONFORMANCE(RtlPrefixString, TellsWhetherTheSecondBeginsWithTheFirst) {
    STRING whole, prefix;
    RtlInitString(&whole, "abcdef");
    RtlInitString(&prefix, "ABC");
    CHECK(RtlPrefixString(&prefix, &whole, TRUE));
    CHECK(!RtlPrefixString(&prefix, &whole, FALSE));
    CHECK(!RtlPrefixString(&whole, &prefix, TRUE));
}
