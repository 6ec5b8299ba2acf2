/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUpcaseUnicodeStringToCountedOemString, ConvertsInUpperCase) {
    char buffer[4] = "####";
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"abc"), unmappable = RTL_CONSTANT_STRING(L"\u4E2D");
    OEM_STRING to = {0, 3, buffer};
    CHECK_STATUS(RtlUpcaseUnicodeStringToCountedOemString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_EQ(to.Length, 3);
    CHECK_BYTES(buffer, "ABC#", 4);
    CHECK_STATUS(RtlUpcaseUnicodeStringToCountedOemString(&to, &unmappable, FALSE),
                 STATUS_UNMAPPABLE_CHARACTER);
    to.MaximumLength = 2;
    CHECK(!NT_SUCCESS(RtlUpcaseUnicodeStringToCountedOemString(&to, &from, FALSE)));
}
