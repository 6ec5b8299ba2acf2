// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmFreeNonCachedMemory, GivesTheMemoryBack) {
    ULONG i;
    for (i = 0; i < 64; i++) {
        PVOID base = MmAllocateNonCachedMemory(8 << 20);
        REQUIRE(base != NULL);
        MmFreeNonCachedMemory(base, 8 << 20);
    }
}
