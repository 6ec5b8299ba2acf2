/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUnicodeStringToOemString, ConvertsAndTerminates) {
    char buffer[8];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"abc");
    OEM_STRING to = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlUnicodeStringToOemString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_EQ(to.Length, 3);
    CHECK_BYTES(buffer, "abc", 4);
    to.MaximumLength = 3;
    CHECK(!NT_SUCCESS(RtlUnicodeStringToOemString(&to, &from, FALSE)));
    AT_IRQL(APC_LEVEL, CHECK_SUCCESS(RtlUnicodeStringToOemString(&to, &from, TRUE)));
    CHECK_BYTES(to.Buffer, "abc", 4);
    RtlFreeOemString(&to);
}
