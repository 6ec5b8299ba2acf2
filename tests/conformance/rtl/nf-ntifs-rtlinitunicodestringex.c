/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlInitUnicodeStringEx, CountsAndRefusesTheTooLong) {
    static WCHAR huge[40000];
    UNICODE_STRING text;
    ULONG i;
    CHECK_STATUS(RtlInitUnicodeStringEx(&text, L"abc"), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"abc");
    CHECK_EQ(text.MaximumLength, 8);
    CHECK_STATUS(RtlInitUnicodeStringEx(&text, NULL), STATUS_SUCCESS);
    CHECK_EQ(text.Length, 0);
    CHECK_EQ(text.Buffer, NULL);
    for (i = 0; i + 1 < RTL_NUMBER_OF(huge); i++) huge[i] = L'x';
    CHECK_STATUS(RtlInitUnicodeStringEx(&text, huge), STATUS_NAME_TOO_LONG);
    AT_IRQL(DISPATCH_LEVEL, CHECK_SUCCESS(RtlInitUnicodeStringEx(&text, L"level")));
}
