// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmUnmapIoSpace, TheAddressIsNoLongerValid) {
    PVOID base = MmMapIoSpace(Physical(0xFEE00000), PAGE_SIZE, MmNonCached);
    REQUIRE(base != NULL);
    CHECK_EQ(MmIsAddressValid(base), TRUE);
    AT_IRQL(DISPATCH_LEVEL, MmUnmapIoSpace(base, PAGE_SIZE));
    CHECK_EQ(MmIsAddressValid(base), FALSE);
}
