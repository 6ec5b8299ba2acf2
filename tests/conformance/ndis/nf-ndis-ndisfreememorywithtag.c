/* SPDX-License-Identifier: GPL-2.0-only */
#include "legacy.h"

CONFORMANCE(NdisFreeMemoryWithTag, FreesUpToDispatchLevel) {
    for (int i = 0; i < 1000; ++i) {
        PVOID memory = NULL;
        REQUIRE(NdisAllocateMemoryWithTag(&memory, 100000, CONFORMANCE_TAG) == NDIS_STATUS_SUCCESS);
        AT_IRQL(DISPATCH_LEVEL, NdisFreeMemoryWithTag(memory, CONFORMANCE_TAG));
    }
}
