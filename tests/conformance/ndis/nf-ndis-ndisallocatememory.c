/* SPDX-License-Identifier: GPL-2.0-only */
#include "legacy.h"

static const NDIS_PHYSICAL_ADDRESS kAny = {{0xFFFFFFFF, -1}};

CONFORMANCE(NdisAllocateMemory, GivesMemoryUpToDispatchLevel) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    PVOID memory = NULL;
    AT_IRQL(DISPATCH_LEVEL, status = NdisAllocateMemory(&memory, 5000, 0, kAny));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    REQUIRE(memory != NULL);
    RtlFillMemory(memory, 5000, 0x5A);
    NdisFreeMemory(memory, 5000, 0);
}
CONFORMANCE(NdisAllocateMemory, FailsWhenThereIsNotSoMuch) {
    PVOID memory = &memory;
    CHECK_STATUS(NdisAllocateMemory(&memory, 0xFFFFFFF0, 0, kAny), NDIS_STATUS_FAILURE);
    CHECK(memory == NULL);
}
