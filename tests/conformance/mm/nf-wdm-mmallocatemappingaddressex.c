// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTKERNELAPI PVOID NTAPI MmAllocateMappingAddressEx(SIZE_T NumberOfBytes, ULONG PoolTag,
                                                   ULONG Flags);

CONFORMANCE(MmAllocateMappingAddressEx, ReservesAddresses) {
    PVOID base = MmAllocateMappingAddressEx(PAGES(4), CONFORMANCE_TAG, 0);
    REQUIRE(base != NULL);
    CHECK_EQ(MmIsAddressValid(base), FALSE);
    MmFreeMappingAddress(base, CONFORMANCE_TAG);
    CHECK_EQ(MmAllocateMappingAddressEx((SIZE_T)1 << 50, CONFORMANCE_TAG, 0), NULL);
}
