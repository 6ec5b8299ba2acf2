// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryNodeMaximumProcessorCount, IsAtLeastTheActiveCount) {
    CHECK(KeQueryNodeMaximumProcessorCount(0) >= KeQueryActiveProcessorCount(NULL));
    CHECK_EQ(KeQueryNodeMaximumProcessorCount(0x123), 0);
}
