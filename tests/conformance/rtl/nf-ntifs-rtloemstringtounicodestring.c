/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlOemStringToUnicodeString, ConvertsAndTerminates) {
    WCHAR buffer[8];
    UNICODE_STRING to = {0, sizeof(buffer), buffer};
    OEM_STRING from;
    RtlInitString(&from, "abc");
    CHECK_STATUS(RtlOemStringToUnicodeString(&to, &from, FALSE), STATUS_SUCCESS);
    CHECK_TEXT(&to, L"abc");
    CHECK_EQ(buffer[3], 0);
    AT_IRQL(APC_LEVEL, CHECK_SUCCESS(RtlOemStringToUnicodeString(&to, &from, TRUE)));
    CHECK_TEXT(&to, L"abc");
    RtlFreeUnicodeString(&to);
    to.Buffer = buffer;
    to.MaximumLength = 4;
    CHECK(!NT_SUCCESS(RtlOemStringToUnicodeString(&to, &from, FALSE)));
}
