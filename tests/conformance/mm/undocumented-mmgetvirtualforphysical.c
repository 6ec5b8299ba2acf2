// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Facts: MmGetVirtualForPhysical of ntddk.h.
CONFORMANCE(MmGetVirtualForPhysical, LeadsToTheSameMemory) {
    PUCHAR found = NULL, memory = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE_SIZE, CONFORMANCE_TAG);
    REQUIRE(memory != NULL);
    memory[0x123] = 0x77;
    AT_IRQL(DISPATCH_LEVEL, found = MmGetVirtualForPhysical(MmGetPhysicalAddress(memory + 0x123)));
    REQUIRE(found != NULL);
    CHECK_EQ(*found, 0x77);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
