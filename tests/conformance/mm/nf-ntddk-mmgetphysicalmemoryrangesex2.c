// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTKERNELAPI PPHYSICAL_MEMORY_RANGE NTAPI MmGetPhysicalMemoryRangesEx2(PVOID PartitionObject,
                                                                      ULONG Flags);

CONFORMANCE(MmGetPhysicalMemoryRangesEx2, ListsTheMemoryOfTheSystemPartition) {
    PPHYSICAL_MEMORY_RANGE ranges = MmGetPhysicalMemoryRangesEx2(NULL, 0), at;
    LONGLONG total = 0;
    REQUIRE(ranges != NULL);
    for (at = ranges; at->BaseAddress.QuadPart != 0 || at->NumberOfBytes.QuadPart != 0; at++)
        total += at->NumberOfBytes.QuadPart;
    CHECK(total > 16 << 20);
    ExFreePool(ranges);
}
