// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryActiveProcessorCountEx, CountsAGroupOrAll) {
    ULONG count = KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS);
    CHECK_EQ(count, KeQueryActiveProcessorCount(NULL));
    CHECK_EQ(KeQueryActiveProcessorCountEx(0), count);
}

CONFORMANCE(KeQueryActiveProcessorCountEx, IsZeroForAGroupThatIsNotThere) {
    CHECK_EQ(KeQueryActiveProcessorCountEx(0x1234), 0);
}
