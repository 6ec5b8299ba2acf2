/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlAppendUnicodeStringToString, AppendsAllOrNothing) {
    WCHAR buffer[5] = {0};
    UNICODE_STRING text = {0, sizeof(buffer), buffer};
    UNICODE_STRING part = RTL_CONSTANT_STRING(L"abc");
    CHECK_STATUS(RtlAppendUnicodeStringToString(&text, &part), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"abc");
    CHECK_STATUS(RtlAppendUnicodeStringToString(&text, &part), STATUS_BUFFER_TOO_SMALL);
    CHECK_TEXT(&text, L"abc");
    part.Length = 4;
    AT_IRQL(DISPATCH_LEVEL, CHECK_SUCCESS(RtlAppendUnicodeStringToString(&text, &part)));
    CHECK_TEXT(&text, L"abcab");
}
