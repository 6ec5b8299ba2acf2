/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlDowncaseUnicodeString, MapsIntoTheCallersBufferOrANewOne) {
    WCHAR buffer[4];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"aB\u00C4"), to = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlDowncaseUnicodeString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_TEXT(&to, L"ab\u00E4");
    to.MaximumLength = 4;
    CHECK(!NT_SUCCESS(RtlDowncaseUnicodeString(&to, &from, FALSE)));
    AT_IRQL(APC_LEVEL, CHECK_SUCCESS(RtlDowncaseUnicodeString(&to, &from, TRUE)));
    CHECK_TEXT(&to, L"ab\u00E4");
    RtlFreeUnicodeString(&to);
}
