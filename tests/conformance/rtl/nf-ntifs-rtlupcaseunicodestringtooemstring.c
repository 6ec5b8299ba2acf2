/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUpcaseUnicodeStringToOemString, ConvertsInUpperCase) {
    char buffer[8];
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"aBc");
    OEM_STRING to = {0, sizeof(buffer), buffer};
    CHECK_STATUS(RtlUpcaseUnicodeStringToOemString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_EQ(to.Length, 3);
    CHECK_BYTES(buffer, "ABC", 4);
    to.MaximumLength = 2;
    CHECK(!NT_SUCCESS(RtlUpcaseUnicodeStringToOemString(&to, &from, FALSE)));
}
