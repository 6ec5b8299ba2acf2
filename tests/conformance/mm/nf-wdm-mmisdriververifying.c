// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmIsDriverVerifying, FollowsTheVerifier) {
    CHECK_EQ(MmIsDriverVerifying(ConformanceDriver) != 0,
             MmIsDriverVerifyingByAddress((PVOID)&ConformanceDispatch) != 0);
}
