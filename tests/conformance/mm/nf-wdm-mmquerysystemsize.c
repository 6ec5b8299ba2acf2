// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmQuerySystemSize, IsOneOfThree) {
    MM_SYSTEMSIZE size = MmQuerySystemSize();
    CHECK(size == MmSmallSystem || size == MmMediumSystem || size == MmLargeSystem);
    CHECK_EQ(MmQuerySystemSize(), size);
}
