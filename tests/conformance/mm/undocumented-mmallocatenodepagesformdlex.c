// SPDX-License-Identifier: GPL-2.0-only
// The page is nf-wdm-mmallocatenodepagesformdlex: MmAllocatePagesForMdlEx with an ideal node.
#include "memory.h"

NTKERNELAPI PMDL NTAPI MmAllocateNodePagesForMdlEx(PHYSICAL_ADDRESS LowAddress,
                                                   PHYSICAL_ADDRESS HighAddress,
                                                   PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes,
                                                   MEMORY_CACHING_TYPE CacheType, ULONG IdealNode,
                                                   ULONG Flags);

CONFORMANCE(MmAllocateNodePagesForMdlEx, GivesPagesOfTheNode) {
    PMDL mdl = NULL;
    AT_IRQL(DISPATCH_LEVEL,
            mdl = MmAllocateNodePagesForMdlEx(Physical(0), Physical(-1), Physical(0), PAGES(2),
                                              MmCached, 0, MM_ALLOCATE_FULLY_REQUIRED));
    REQUIRE(mdl != NULL);
    CHECK_EQ(MmGetMdlByteCount(mdl), PAGES(2));
    FreePages(mdl);
    CHECK_EQ(MmAllocateNodePagesForMdlEx(Physical(0), Physical(-1), Physical(0), (SIZE_T)1 << 31,
                                         MmCached, 0, MM_ALLOCATE_FULLY_REQUIRED),
             NULL);
}
