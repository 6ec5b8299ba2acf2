// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryNodeActiveAffinity, TellsMaskAndCount) {
    GROUP_AFFINITY affinity = {0};
    USHORT count = 0;
    KeQueryNodeActiveAffinity(0, &affinity, &count);
    CHECK_EQ(affinity.Mask, KeQueryActiveProcessors());
    CHECK_EQ(affinity.Group, 0);
    CHECK_EQ(count, (USHORT)KeQueryActiveProcessorCount(NULL));
    KeQueryNodeActiveAffinity(0, NULL, NULL);
}

CONFORMANCE(KeQueryNodeActiveAffinity, IsEmptyForANodeThatIsNotThere) {
    GROUP_AFFINITY affinity = {1, 1, {0}};
    USHORT count = 1;
    KeQueryNodeActiveAffinity(0x123, &affinity, &count);
    CHECK_EQ(affinity.Mask, 0);
    CHECK_EQ(count, 0);
}
