/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlCopyString, CopiesTheSmallerLength) {
    char buffer[4] = "####";
    STRING to = {0, 3, buffer}, from;
    RtlInitString(&from, "abcdef");
    RtlCopyString(&to, &from);
    CHECK_EQ(to.Length, 3);
    CHECK_BYTES(buffer, "abc#", 4);
    AT_IRQL(DISPATCH_LEVEL, RtlCopyString(&to, NULL));
    CHECK_EQ(to.Length, 0);
    CHECK_EQ(to.MaximumLength, 3);
}
