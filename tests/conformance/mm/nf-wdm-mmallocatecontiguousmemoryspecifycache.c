// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmAllocateContiguousMemorySpecifyCache, DoesNotCrossTheBoundary) {
    PUCHAR base = MmAllocateContiguousMemorySpecifyCache(PAGES(4), Physical(0), Physical(-1),
                                                         Physical(0x10000), MmCached);
    REQUIRE(base != NULL);
    CHECK_EQ(MmGetPhysicalAddress(base).QuadPart / 0x10000,
             MmGetPhysicalAddress(base + PAGES(3)).QuadPart / 0x10000);
    RtlFillMemory(base, PAGES(4), 0x5A);
    MmFreeContiguousMemorySpecifyCache(base, PAGES(4), MmCached);
    CHECK_EQ(MmAllocateContiguousMemorySpecifyCache((SIZE_T)1 << 40, Physical(0), Physical(-1),
                                                    Physical(0), MmCached),
             NULL);
}
CONFORMANCE(MmFreeContiguousMemorySpecifyCache, GivesTheMemoryBack) {
    ULONG i;
    for (i = 0; i < 64; i++) {
        PVOID base = MmAllocateContiguousMemorySpecifyCache(8 << 20, Physical(0), Physical(-1),
                                                            Physical(0), MmNonCached);
        REQUIRE(base != NULL);
        MmFreeContiguousMemorySpecifyCache(base, 8 << 20, MmNonCached);
    }
}
