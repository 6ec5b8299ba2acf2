/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

NTSYSAPI BOOLEAN NTAPI RtlCreateUnicodeStringFromAsciiz(PUNICODE_STRING DestinationString,
                                                        PCSZ SourceString);

CONFORMANCE(RtlCreateUnicodeString, CopiesIntoABufferOfItsOwn) {
    static const WCHAR source[] = L"copy";
    UNICODE_STRING text = {0};
    REQUIRE(RtlCreateUnicodeString(&text, source));
    CHECK_TEXT(&text, L"copy");
    CHECK(text.Buffer != source);
    CHECK(text.MaximumLength >= text.Length + sizeof(WCHAR));
    CHECK_EQ(text.Buffer[4], 0);
    RtlFreeUnicodeString(&text);
    REQUIRE(RtlCreateUnicodeString(&text, L""));
    CHECK_EQ(text.Length, 0);
    RtlFreeUnicodeString(&text);
}

CONFORMANCE(RtlCreateUnicodeStringFromAsciiz, WidensIntoABufferOfItsOwn) {
    UNICODE_STRING text = {0};
    REQUIRE(RtlCreateUnicodeStringFromAsciiz(&text, "wide"));
    CHECK_TEXT(&text, L"wide");
    CHECK_EQ(text.Buffer[4], 0);
    RtlFreeUnicodeString(&text);
}
