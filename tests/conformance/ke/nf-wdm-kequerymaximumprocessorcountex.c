// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryMaximumProcessorCountEx, CountsAGroupOrAll) {
    CHECK_EQ(KeQueryMaximumProcessorCountEx(ALL_PROCESSOR_GROUPS), KeQueryMaximumProcessorCount());
    CHECK_EQ(KeQueryMaximumProcessorCountEx(0), KeQueryMaximumProcessorCount());
    CHECK_EQ(KeQueryMaximumProcessorCountEx(0x1234), 0);
}
