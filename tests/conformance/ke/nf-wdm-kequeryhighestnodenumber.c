// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryHighestNodeNumber, IsZeroWithoutNuma) {
    CHECK_EQ(KeQueryHighestNodeNumber(), 0);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(KeQueryHighestNodeNumber(), 0));
}
