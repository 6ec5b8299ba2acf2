// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmUnmapLockedPages, TheAddressIsNoLongerValid) {
    PMDL mdl = NewPages(PAGES(1));
    PVOID mapped;
    REQUIRE(mdl != NULL);
    mapped =
        MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmNonCached, NULL, FALSE, NormalPagePriority);
    REQUIRE(mapped != NULL);
    CHECK_EQ(MmIsAddressValid(mapped), TRUE);
    AT_IRQL(DISPATCH_LEVEL, MmUnmapLockedPages(mapped, mdl));
    CHECK_EQ(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    FreePages(mdl);
}
