/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateMemoryWithTagPriority, GivesMemoryUpToDispatchLevel) {
    PVOID memory = NULL;
    AT_IRQL(DISPATCH_LEVEL, memory = NdisAllocateMemoryWithTagPriority(NULL, 5000, CONFORMANCE_TAG,
                                                                       NdisNormalPoolPriority));
    REQUIRE(memory != NULL);
    RtlFillMemory(memory, 5000, 0xAA);
    NdisFreeMemory(memory, 0, 0);
}
CONFORMANCE(NdisAllocateMemoryWithTagPriority, IsNullWhenThereIsNone) {
    CHECK(NdisAllocateMemoryWithTagPriority(NULL, 0xF0000000, CONFORMANCE_TAG,
                                            NdisLowPoolPriority) == NULL);
}
