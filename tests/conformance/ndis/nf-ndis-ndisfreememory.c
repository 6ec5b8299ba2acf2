/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeMemory, FreesWithAndWithoutTheLength) {
    PVOID first =
        NdisAllocateMemoryWithTagPriority(NULL, 64, CONFORMANCE_TAG, NdisNormalPoolPriority);
    PVOID second =
        NdisAllocateMemoryWithTagPriority(NULL, 64, CONFORMANCE_TAG, NdisNormalPoolPriority);
    REQUIRE(first != NULL && second != NULL);
    AT_IRQL(DISPATCH_LEVEL, {
        NdisFreeMemory(first, 64, 0);
        NdisFreeMemory(second, 0, 0);
    });
}
