// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTKERNELAPI PVOID NTAPI MmAllocateContiguousNodeMemory(SIZE_T NumberOfBytes,
                                                       PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                       PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                       PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                       ULONG Protect, ULONG PreferredNode);

CONFORMANCE(MmAllocateContiguousNodeMemory, GivesOneRunWithAProtection) {
    PUCHAR base = NULL;
    AT_IRQL(DISPATCH_LEVEL,
            base = MmAllocateContiguousNodeMemory(PAGES(2), Physical(0), Physical(-1), Physical(0),
                                                  PAGE_READWRITE, MM_ANY_NODE_OK));
    REQUIRE(base != NULL);
    CHECK_EQ(MmGetPhysicalAddress(base + PAGE_SIZE).QuadPart,
             MmGetPhysicalAddress(base).QuadPart + PAGE_SIZE);
    RtlFillMemory(base, PAGES(2), 0x5A);
    MmFreeContiguousMemory(base);
    CHECK_EQ(MmAllocateContiguousNodeMemory((SIZE_T)1 << 40, Physical(0), Physical(-1), Physical(0),
                                            PAGE_READWRITE, 0),
             NULL);
}
