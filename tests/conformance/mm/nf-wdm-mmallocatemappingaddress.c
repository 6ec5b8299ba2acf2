// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmAllocateMappingAddress, ReservesAddresses) {
    PVOID base = MmAllocateMappingAddress(PAGES(4), CONFORMANCE_TAG);
    REQUIRE(base != NULL);
    CHECK_EQ((ULONG_PTR)base & (PAGE_SIZE - 1), 0);
    CHECK_EQ(MmIsAddressValid(base), FALSE);
    MmFreeMappingAddress(base, CONFORMANCE_TAG);
    CHECK_EQ(MmAllocateMappingAddress((SIZE_T)1 << 50, CONFORMANCE_TAG), NULL);
}
