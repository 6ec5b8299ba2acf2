// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmAllocateContiguousMemory, PhysicalPagesFollowOneAnother) {
    PUCHAR base = NULL;
    AT_IRQL(DISPATCH_LEVEL, base = MmAllocateContiguousMemory(PAGES(8), Physical(-1)));
    REQUIRE(base != NULL);
    CHECK_EQ((ULONG_PTR)base & (PAGE_SIZE - 1), 0);
    CHECK_EQ(MmGetPhysicalAddress(base + PAGES(7)).QuadPart,
             MmGetPhysicalAddress(base).QuadPart + PAGES(7));
    RtlFillMemory(base, PAGES(8), 0x5A);
    MmFreeContiguousMemory(base);
    CHECK_EQ(MmAllocateContiguousMemory((SIZE_T)1 << 40, Physical(-1)), NULL);
}
CONFORMANCE(MmAllocateContiguousMemory, StaysBelowTheHighestAddress) {
    PVOID base = MmAllocateContiguousMemory(PAGES(2), Physical(0x3FFFFFF));
    SKIP_UNLESS(base != NULL, "no pages below 64 MB are free");
    CHECK(MmGetPhysicalAddress(base).QuadPart < 0x4000000);
    MmFreeContiguousMemory(base);
}
