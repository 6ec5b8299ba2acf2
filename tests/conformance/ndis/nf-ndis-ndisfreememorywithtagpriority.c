/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeMemoryWithTagPriority, FreesByTheTag) {
    PVOID memory =
        NdisAllocateMemoryWithTagPriority(NULL, 64, CONFORMANCE_TAG, NdisNormalPoolPriority);
    REQUIRE(memory != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeMemoryWithTagPriority(NULL, memory, CONFORMANCE_TAG));
}
