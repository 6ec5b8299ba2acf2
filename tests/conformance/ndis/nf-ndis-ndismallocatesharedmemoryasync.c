/* SPDX-License-Identifier: GPL-2.0-only */
#include "legacy_adapter.h"
#include "threads.h"

static volatile LONG Came;
static PVOID Shared, CameWith;
static NDIS_PHYSICAL_ADDRESS SharedAt;
static ULONG SharedBytes;
static KIRQL CameAt;

static VOID NTAPI OnComplete(NDIS_HANDLE context, PVOID memory, PNDIS_PHYSICAL_ADDRESS physical,
                             ULONG bytes, PVOID wanted) {
    CHECK(context == &Legacy);
    LegacyEnter();
    Shared = memory;
    SharedAt = *physical;
    SharedBytes = bytes;
    CameWith = wanted;
    CameAt = KeGetCurrentIrql();
    LegacyLeave();
    InterlockedIncrement(&Came);
}

CONFORMANCE(NdisMAllocateSharedMemoryAsync, TheMemoryComesLater) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    int mine;
    Came = 0;
    Shared = NULL;
    Legacy.AllocateComplete = OnComplete;
    Legacy.Attributes = NDIS_ATTRIBUTE_BUS_MASTER;
    REQUIRE(LegacyUp());
    AT_IRQL(DISPATCH_LEVEL,
            status = NdisMAllocateSharedMemoryAsync(Legacy.Adapter, 5000, TRUE, &mine));
    CHECK_STATUS(status, NDIS_STATUS_PENDING);
    CHECK(EVENTUALLY(Came == 1));
    REQUIRE(Shared != NULL);
    CHECK(CameWith == &mine);
    CHECK_EQ(CameAt, DISPATCH_LEVEL);
    CHECK_EQ(SharedBytes, 5000);
    CHECK_EQ(MmGetPhysicalAddress(Shared).QuadPart, SharedAt.QuadPart);
    NdisMFreeSharedMemory(Legacy.Adapter, SharedBytes, TRUE, Shared, SharedAt);
    LegacyDown();
}
CONFORMANCE(NdisMAllocateSharedMemoryAsync, FailsForADriverWithoutTheHandler) {
    REQUIRE(LegacyUp());
    CHECK_STATUS(NdisMAllocateSharedMemoryAsync(Legacy.Adapter, 100, TRUE, NULL),
                 NDIS_STATUS_FAILURE);
    LegacyDown();
}
