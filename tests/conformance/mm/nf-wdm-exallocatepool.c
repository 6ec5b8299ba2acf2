// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(ExAllocatePool, GivesMemory) {
    PVOID memory = NULL;
    AT_IRQL(DISPATCH_LEVEL, memory = ExAllocatePool(NonPagedPool, 100));
    REQUIRE(memory != NULL);
    RtlFillMemory(memory, 100, 0xA5);
    ExFreePool(memory);
    CHECK_EQ(ExAllocatePool(NonPagedPool, (SIZE_T)1 << 60), NULL);
}
