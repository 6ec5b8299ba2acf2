// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(ExFreePoolWithTag, GivesTheMemoryBack) {
    PVOID memory;
    ULONG i;
    for (i = 0; i < 64; i++) {  // more than there is, were it not given back
        memory = ExAllocatePoolWithTag(NonPagedPoolNx, 8 << 20, CONFORMANCE_TAG);
        REQUIRE(memory != NULL);
        AT_IRQL(DISPATCH_LEVEL, ExFreePoolWithTag(memory, CONFORMANCE_TAG));
    }
}
CONFORMANCE_BUG_CHECK(ExFreePoolWithTag, AWrongTagStopsTheMachine, 0xC2) {
    PVOID memory = ExAllocatePoolWithTag(NonPagedPoolNx, 64, CONFORMANCE_TAG);
    ExFreePoolWithTag(memory, 'xxxx');
}
