// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(ExAllocatePoolWithTagPriority, GivesMemory) {
    PVOID memory = NULL;
    AT_IRQL(DISPATCH_LEVEL, memory = ExAllocatePoolWithTagPriority(
                                NonPagedPoolNx, 100, CONFORMANCE_TAG, LowPoolPriority));
    REQUIRE(memory != NULL);
    RtlFillMemory(memory, 100, 0xA5);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
    CHECK_EQ(ExAllocatePoolWithTagPriority(NonPagedPoolNx, (SIZE_T)1 << 60, CONFORMANCE_TAG,
                                           HighPoolPriority),
             NULL);
}
