/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateMemoryWithTag, GivesMemoryUpToDispatchLevel) {
    PVOID memory = NULL;
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    AT_IRQL(DISPATCH_LEVEL, status = NdisAllocateMemoryWithTag(&memory, 100, CONFORMANCE_TAG));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    REQUIRE(memory != NULL);
    RtlFillMemory(memory, 100, 0xAA);
    NdisFreeMemory(memory, 100, 0);
}
CONFORMANCE(NdisAllocateMemoryWithTag, FailsWhenThereIsNone) {
    PVOID memory = &memory;
    CHECK_STATUS(NdisAllocateMemoryWithTag(&memory, 0xF0000000, CONFORMANCE_TAG),
                 NDIS_STATUS_FAILURE);
}
