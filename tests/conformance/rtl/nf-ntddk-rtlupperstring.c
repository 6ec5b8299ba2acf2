/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUpperString, CopiesWhatFitsInUpperCase) {
    char buffer[4] = "####";
    STRING to = {0, 3, buffer}, from;
    RtlInitString(&from, "aBcd");
    RtlUpperString(&to, &from);
    CHECK_EQ(to.Length, 3);
    CHECK_EQ(to.MaximumLength, 3);
    CHECK_BYTES(buffer, "ABC#", 4);
    AT_IRQL(APC_LEVEL, RtlUpperString(&to, &from));
}
