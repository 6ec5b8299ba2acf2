// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmAllocatePagesForMdlEx, AllOrNothingOnRequest) {
    PMDL mdl = NULL;
    AT_IRQL(DISPATCH_LEVEL, mdl = MmAllocatePagesForMdlEx(
                                Physical(0), Physical(-1), Physical(0), PAGES(3), MmCached,
                                MM_ALLOCATE_FULLY_REQUIRED | MM_DONT_ZERO_ALLOCATION));
    REQUIRE(mdl != NULL);
    CHECK_EQ(MmGetMdlByteCount(mdl), PAGES(3));
    FreePages(mdl);
    CHECK_EQ(MmAllocatePagesForMdlEx(Physical(0), Physical(-1), Physical(0), (SIZE_T)1 << 31,
                                     MmCached, MM_ALLOCATE_FULLY_REQUIRED),
             NULL);
}
CONFORMANCE(MmAllocatePagesForMdlEx, OneRunWithTheSkipBytesOfItsSize) {
    PMDL mdl = MmAllocatePagesForMdlEx(
        Physical(0), Physical(-1), Physical(PAGE_SIZE * 4), PAGES(4), MmCached,
        MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS | MM_ALLOCATE_FULLY_REQUIRED);
    REQUIRE(mdl != NULL);
    CHECK_EQ(MmGetMdlPfnArray(mdl)[3], MmGetMdlPfnArray(mdl)[0] + 3);
    FreePages(mdl);
}
