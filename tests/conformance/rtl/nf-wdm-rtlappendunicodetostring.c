/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlAppendUnicodeToString, AppendsAllOrNothing) {
    WCHAR buffer[5] = {0};
    UNICODE_STRING text = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlAppendUnicodeToString(&text, L"ab"), STATUS_SUCCESS);
    CHECK_STATUS(RtlAppendUnicodeToString(&text, L"cde"), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"abcde");
    CHECK_STATUS(RtlAppendUnicodeToString(&text, L"f"), STATUS_BUFFER_TOO_SMALL);
    CHECK_TEXT(&text, L"abcde");
    CHECK_STATUS(RtlAppendUnicodeToString(&text, NULL), STATUS_SUCCESS);
    text.Length = 0;
    AT_IRQL(DISPATCH_LEVEL, CHECK_SUCCESS(RtlAppendUnicodeToString(&text, L"x")));
}
