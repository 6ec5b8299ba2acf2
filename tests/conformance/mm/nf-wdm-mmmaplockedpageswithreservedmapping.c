// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmMapLockedPagesWithReservedMapping, MapsWithoutAllocating) {
    PVOID base = MmAllocateMappingAddress(PAGES(2), CONFORMANCE_TAG);
    PMDL mdl = NewPages(PAGES(2)), large = NewPages(PAGES(4));
    PUCHAR mapped = NULL;
    REQUIRE(base != NULL && mdl != NULL && large != NULL);
    AT_IRQL(DISPATCH_LEVEL,
            mapped = MmMapLockedPagesWithReservedMapping(base, CONFORMANCE_TAG, mdl, MmCached));
    CHECK_EQ((PVOID)mapped, base);
    mapped[PAGE_SIZE] = 0x77;
    MmUnmapReservedMapping(base, CONFORMANCE_TAG, mdl);
    CHECK_EQ(MmMapLockedPagesWithReservedMapping(base, CONFORMANCE_TAG, large, MmCached),
             NULL);  // too large
    MmFreeMappingAddress(base, CONFORMANCE_TAG);
    FreePages(large);
    FreePages(mdl);
}
