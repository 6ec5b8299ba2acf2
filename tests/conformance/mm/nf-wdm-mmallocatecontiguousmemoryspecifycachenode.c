// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmAllocateContiguousMemorySpecifyCacheNode, GivesOneRunOfANode) {
    PUCHAR base = MmAllocateContiguousMemorySpecifyCacheNode(PAGES(2), Physical(0), Physical(-1),
                                                             Physical(0), MmCached, MM_ANY_NODE_OK);
    REQUIRE(base != NULL);
    CHECK_EQ(MmGetPhysicalAddress(base + PAGE_SIZE).QuadPart,
             MmGetPhysicalAddress(base).QuadPart + PAGE_SIZE);
    MmFreeContiguousMemory(base);
    CHECK_EQ(MmAllocateContiguousMemorySpecifyCacheNode((SIZE_T)1 << 40, Physical(0), Physical(-1),
                                                        Physical(0), MmCached, 0),
             NULL);
}
