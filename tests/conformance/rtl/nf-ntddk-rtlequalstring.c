/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlEqualString, ComparesWithAndWithoutCase) {
    STRING abc, upper, longer;
    RtlInitString(&abc, "abc");
    RtlInitString(&upper, "ABC");
    RtlInitString(&longer, "abcd");
    CHECK(RtlEqualString(&abc, &abc, FALSE));
    CHECK(!RtlEqualString(&abc, &upper, FALSE));
    CHECK(RtlEqualString(&abc, &upper, TRUE));
    CHECK(!RtlEqualString(&abc, &longer, TRUE));
}
