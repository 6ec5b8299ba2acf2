// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmSizeOfMdl, CountsAPageNumberForEachPageSpanned) {
    SIZE_T one = 0;
    AT_IRQL(DISPATCH_LEVEL, one = MmSizeOfMdl((PVOID)0, 1));
    CHECK_EQ(one, sizeof(MDL) + sizeof(PFN_NUMBER));
    CHECK_EQ(MmSizeOfMdl((PVOID)0, PAGE_SIZE), sizeof(MDL) + sizeof(PFN_NUMBER));
    CHECK_EQ(MmSizeOfMdl((PVOID)(PAGE_SIZE - 1), 2), sizeof(MDL) + 2 * sizeof(PFN_NUMBER));
}
