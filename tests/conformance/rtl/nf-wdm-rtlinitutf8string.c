/* SPDX-License-Identifier: GPL-2.0-only */
/* With nf-wdm-rtlinitutf8stringex and nf-wdm-rtlfreeutf8string. */
#include "conformance.h"

typedef STRING CONFORMANCE_UTF8_STRING;
NTSYSAPI VOID NTAPI RtlInitUTF8String(CONFORMANCE_UTF8_STRING* DestinationString,
                                      PCSZ SourceString);
NTSYSAPI NTSTATUS NTAPI RtlInitUTF8StringEx(CONFORMANCE_UTF8_STRING* DestinationString,
                                            PCSZ SourceString);
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringToUTF8String(CONFORMANCE_UTF8_STRING* DestinationString,
                                                     PCUNICODE_STRING SourceString,
                                                     BOOLEAN Allocate);
NTSYSAPI VOID NTAPI RtlFreeUTF8String(CONFORMANCE_UTF8_STRING* Utf8String);

CONFORMANCE(RtlInitUTF8String, CountsBytes) {
    CONFORMANCE_UTF8_STRING text;
    RtlInitUTF8String(&text, "a\xC3\xA4");
    CHECK_EQ(text.Length, 3);
    CHECK_EQ(text.MaximumLength, 4);
    AT_IRQL(DISPATCH_LEVEL, RtlInitUTF8String(&text, NULL));
    CHECK_EQ(text.Length, 0);
    CHECK_EQ(text.MaximumLength, 0);
    CHECK_EQ(text.Buffer, NULL);
}

CONFORMANCE(RtlInitUTF8StringEx, CountsAndRefusesTheTooLong) {
    static char huge[70000];
    CONFORMANCE_UTF8_STRING text;
    CHECK_STATUS(RtlInitUTF8StringEx(&text, "a\xC3\xA4"), STATUS_SUCCESS);
    CHECK_EQ(text.Length, 3);
    RtlFillMemory(huge, sizeof(huge) - 1, 'x');
    CHECK_STATUS(RtlInitUTF8StringEx(&text, huge), STATUS_NAME_TOO_LONG);
}

CONFORMANCE(RtlFreeUTF8String, FreesWhatAConversionAllocated) {
    UNICODE_STRING source = RTL_CONSTANT_STRING(L"\u00E4");
    CONFORMANCE_UTF8_STRING text = {0};
    REQUIRE(RtlUnicodeStringToUTF8String(&text, &source, TRUE) == STATUS_SUCCESS);
    CHECK_EQ(text.Length, 2);
    RtlFreeUTF8String(&text);
    CHECK_EQ(text.Buffer, NULL);
    RtlFreeUTF8String(&text);
}
