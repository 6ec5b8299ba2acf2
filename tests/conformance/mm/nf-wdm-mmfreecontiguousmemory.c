// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmFreeContiguousMemory, GivesTheMemoryBack) {
    ULONG i;
    for (i = 0; i < 64; i++) {
        PVOID base = MmAllocateContiguousMemory(8 << 20, Physical(-1));
        REQUIRE(base != NULL);
        MmFreeContiguousMemory(base);
    }
}
