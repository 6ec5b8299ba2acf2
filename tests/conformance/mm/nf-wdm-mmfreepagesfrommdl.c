// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmFreePagesFromMdl, GivesThePagesBack) {
    ULONG i;
    for (i = 0; i < 64; i++) {  // more than there are, were they not given back
        PMDL mdl =
            MmAllocatePagesForMdlEx(Physical(0), Physical(-1), Physical(0), 8 << 20, MmCached,
                                    MM_ALLOCATE_FULLY_REQUIRED | MM_DONT_ZERO_ALLOCATION);
        REQUIRE(mdl != NULL);
        AT_IRQL(APC_LEVEL, MmFreePagesFromMdl(mdl));
        ExFreePool(mdl);
    }
}
