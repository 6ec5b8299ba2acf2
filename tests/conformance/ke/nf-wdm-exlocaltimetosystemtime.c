// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExLocalTimeToSystemTime, AddsTheBiasOfTheZone) {
    LARGE_INTEGER first = {.QuadPart = 1000000000000}, second = {.QuadPart = 1000000000077};
    LARGE_INTEGER one, two;
    ExLocalTimeToSystemTime(&first, &one);
    AT_IRQL(DISPATCH_LEVEL, ExLocalTimeToSystemTime(&second, &two));
    CHECK_EQ(two.QuadPart - one.QuadPart, 77);
}
