/* SPDX-License-Identifier: GPL-2.0-only */
/* RtlInitAnsiStringEx (nf-ntddk-rtlinitansistringex) is the same routine under another name. */
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI RtlInitStringEx(PSTRING DestinationString, PCSZ SourceString);
NTSYSAPI NTSTATUS NTAPI RtlInitAnsiStringEx(PANSI_STRING DestinationString, PCSZ SourceString);
static char Huge[70000];

CONFORMANCE(RtlInitStringEx, CountsAndRefusesTheTooLong) {
    STRING text;
    CHECK_STATUS(RtlInitStringEx(&text, "abc"), STATUS_SUCCESS);
    CHECK_EQ(text.Length, 3);
    CHECK_EQ(text.MaximumLength, 4);
    RtlFillMemory(Huge, sizeof(Huge) - 1, 'x');
    CHECK_STATUS(RtlInitStringEx(&text, Huge), STATUS_NAME_TOO_LONG);
    AT_IRQL(DISPATCH_LEVEL, CHECK_SUCCESS(RtlInitStringEx(&text, "level")));
}

CONFORMANCE(RtlInitAnsiStringEx, CountsAndRefusesTheTooLong) {
    ANSI_STRING text;
    CHECK_STATUS(RtlInitAnsiStringEx(&text, "abc"), STATUS_SUCCESS);
    CHECK_EQ(text.Length, 3);
    CHECK_EQ(text.MaximumLength, 4);
    RtlFillMemory(Huge, sizeof(Huge) - 1, 'x');
    CHECK_STATUS(RtlInitAnsiStringEx(&text, Huge), STATUS_NAME_TOO_LONG);
    CHECK_STATUS(RtlInitAnsiStringEx(&text, NULL), STATUS_SUCCESS);
    CHECK_EQ(text.Length, 0);
}
