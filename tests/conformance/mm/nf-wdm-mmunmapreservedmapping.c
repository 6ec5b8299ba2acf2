// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmUnmapReservedMapping, TheAddressesCanBeUsedAgain) {
    PVOID base = MmAllocateMappingAddress(PAGES(1), CONFORMANCE_TAG);
    PMDL one = NewPages(PAGES(1)), other = NewPages(PAGES(1));
    PUCHAR mapped;
    REQUIRE(base != NULL && one != NULL && other != NULL);
    mapped = MmMapLockedPagesWithReservedMapping(base, CONFORMANCE_TAG, one, MmCached);
    REQUIRE(mapped != NULL);
    mapped[0] = 1;
    AT_IRQL(DISPATCH_LEVEL, MmUnmapReservedMapping(base, CONFORMANCE_TAG, one));
    CHECK_EQ(MmIsAddressValid(base), FALSE);
    mapped = MmMapLockedPagesWithReservedMapping(base, CONFORMANCE_TAG, other, MmCached);
    CHECK_EQ(mapped[0], 0);
    MmUnmapReservedMapping(base, CONFORMANCE_TAG, other);
    MmFreeMappingAddress(base, CONFORMANCE_TAG);
    FreePages(one);
    FreePages(other);
}
