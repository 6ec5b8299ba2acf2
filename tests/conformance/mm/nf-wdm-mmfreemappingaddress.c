// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmFreeMappingAddress, GivesTheAddressesBack) {
    ULONG i;
    for (i = 0; i < 200; i++) {
        PVOID base = MmAllocateMappingAddress((SIZE_T)1 << 26, CONFORMANCE_TAG);
        REQUIRE(base != NULL);
        MmFreeMappingAddress(base, CONFORMANCE_TAG);
    }
}
CONFORMANCE_BUG_CHECK(MmFreeMappingAddress, AWrongTagStopsTheMachine, 0xDA) {
    PVOID base = MmAllocateMappingAddress(PAGES(4), CONFORMANCE_TAG);
    MmFreeMappingAddress(base, 'xxxx');
}
