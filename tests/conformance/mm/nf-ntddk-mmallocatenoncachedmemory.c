// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmAllocateNonCachedMemory, GivesWholePages) {
    PUCHAR base = MmAllocateNonCachedMemory(100);
    REQUIRE(base != NULL);
    CHECK_EQ((ULONG_PTR)base & (PAGE_SIZE - 1), 0);
    RtlFillMemory(base, 100, 0x5A);
    CHECK_EQ(base[99], 0x5A);
    MmFreeNonCachedMemory(base, 100);
    CHECK_EQ(MmAllocateNonCachedMemory((SIZE_T)1 << 40), NULL);
}
