/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlCompareString, Orders) {
    STRING abc, upper, longer;
    RtlInitString(&abc, "abc");
    RtlInitString(&upper, "ABC");
    RtlInitString(&longer, "abcd");
    CHECK_EQ(RtlCompareString(&abc, &abc, FALSE), 0);
    CHECK_EQ(RtlCompareString(&abc, &upper, TRUE), 0);
    CHECK(RtlCompareString(&abc, &upper, FALSE) > 0);
    CHECK(RtlCompareString(&abc, &longer, FALSE) < 0);
    CHECK(RtlCompareString(&longer, &abc, TRUE) > 0);
}
