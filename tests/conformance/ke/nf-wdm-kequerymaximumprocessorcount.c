// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryMaximumProcessorCount, IsAtLeastTheActiveCount) {
    ULONG maximum = KeQueryMaximumProcessorCount();
    CHECK(maximum >= KeQueryActiveProcessorCount(NULL));
    CHECK(maximum <= 64);
}
