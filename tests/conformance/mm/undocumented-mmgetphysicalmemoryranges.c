// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Facts: MmGetPhysicalMemoryRanges of ntddk.h; the page nf-ntddk-mmgetphysicalmemoryrangesex2
// describes the list.
CONFORMANCE(MmGetPhysicalMemoryRanges, ListsTheMemoryOfTheMachine) {
    PPHYSICAL_MEMORY_RANGE ranges = MmGetPhysicalMemoryRanges(), at;
    PVOID memory = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE_SIZE, CONFORMANCE_TAG);
    LONGLONG total = 0, address;
    BOOLEAN found = FALSE;
    REQUIRE(ranges != NULL && memory != NULL);
    address = MmGetPhysicalAddress(memory).QuadPart;
    for (at = ranges; at->BaseAddress.QuadPart != 0 || at->NumberOfBytes.QuadPart != 0; at++) {
        CHECK_EQ(at->BaseAddress.QuadPart & (PAGE_SIZE - 1), 0);
        total += at->NumberOfBytes.QuadPart;
        if (address >= at->BaseAddress.QuadPart &&
            address < at->BaseAddress.QuadPart + at->NumberOfBytes.QuadPart)
            found = TRUE;
    }
    CHECK(total > 16 << 20);
    CHECK(found);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
    ExFreePool(ranges);
}
