/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUpcaseUnicodeString, MapsIntoTheCallersBufferOrANewOne) {
    WCHAR buffer[4];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"aB\u00E4"), to = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlUpcaseUnicodeString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_TEXT(&to, L"AB\u00C4");
    to.MaximumLength = 4;
    CHECK(!NT_SUCCESS(RtlUpcaseUnicodeString(&to, &from, FALSE)));
    AT_IRQL(APC_LEVEL, CHECK_SUCCESS(RtlUpcaseUnicodeString(&to, &from, TRUE)));
    CHECK_TEXT(&to, L"AB\u00C4");
    CHECK(to.Buffer != buffer);
    RtlFreeUnicodeString(&to);
}
