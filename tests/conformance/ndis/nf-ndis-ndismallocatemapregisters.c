/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisMFreeMapRegisters, NdisMStartBufferPhysicalMapping and
 * NdisMCompleteBufferPhysicalMapping. */
#include "legacy_adapter.h"

NDISAPI VOID NTAPI NdisMStartBufferPhysicalMapping(NDIS_HANDLE MiniportAdapterHandle,
                                                   PNDIS_BUFFER Buffer, ULONG PhysicalMapRegister,
                                                   BOOLEAN WriteToDevice,
                                                   PNDIS_PHYSICAL_ADDRESS_UNIT PhysicalAddressArray,
                                                   PUINT ArraySize);
NDISAPI VOID NTAPI NdisMCompleteBufferPhysicalMapping(NDIS_HANDLE MiniportAdapterHandle,
                                                      PNDIS_BUFFER Buffer,
                                                      ULONG PhysicalMapRegister);

static CHAR Memory[3 * PAGE_SIZE];
static NDIS_STATUS First, Second;

static VOID Allocate(NDIS_HANDLE configuration) {
    (void)configuration;
    First = NdisMAllocateMapRegisters(Legacy.Adapter, 0, NDIS_DMA_32BITS, 2, 2 * PAGE_SIZE);
    Second = NdisMAllocateMapRegisters(Legacy.Adapter, 0, NDIS_DMA_32BITS, 2, 2 * PAGE_SIZE);
}
static BOOLEAN Up(VOID) {
    Legacy.Attributes = NDIS_ATTRIBUTE_BUS_MASTER;
    Legacy.AtInitialize = Allocate;
    return LegacyUp();
}
static PNDIS_BUFFER BufferOf(PVOID memory, UINT bytes) {
    NDIS_STATUS status;
    PNDIS_BUFFER buffer = NULL;
    NdisAllocateBuffer(&status, &buffer, NULL, memory, bytes);
    return buffer;
}

CONFORMANCE(NdisMAllocateMapRegisters, MayBeCalledOnce) {
    REQUIRE(Up());
    CHECK_STATUS(First, NDIS_STATUS_SUCCESS);
    CHECK_STATUS(Second, NDIS_STATUS_RESOURCES);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    NdisMFreeMapRegisters(Legacy.Adapter);
    LegacyDown();
}
CONFORMANCE(NdisMFreeMapRegisters, ThereMayBeOthersAfterwards) {
    REQUIRE(Up());
    NdisMFreeMapRegisters(Legacy.Adapter);
    Allocate(NULL);
    CHECK_STATUS(First, NDIS_STATUS_SUCCESS);
    NdisMFreeMapRegisters(Legacy.Adapter);
    NdisMFreeMapRegisters(Legacy.Adapter); /* or none */
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    LegacyDown();
}
CONFORMANCE(NdisMStartBufferPhysicalMapping, SaysWhereTheBufferIs) {
    NDIS_PHYSICAL_ADDRESS_UNIT pieces[4];
    PNDIS_BUFFER buffer = BufferOf(Memory + 100, PAGE_SIZE + 50);
    UINT count = 0, bytes = 0;
    REQUIRE(buffer != NULL && Up());
    AT_IRQL(DISPATCH_LEVEL,
            NdisMStartBufferPhysicalMapping(Legacy.Adapter, buffer, 1, TRUE, pieces, &count));
    CHECK(count >= 1 && count <= 3);
    for (UINT i = 0; i < count; ++i) {
        CHECK_EQ(pieces[i].PhysicalAddress.QuadPart,
                 MmGetPhysicalAddress(Memory + 100 + bytes).QuadPart);
        bytes += pieces[i].Length;
    }
    CHECK_EQ(bytes, PAGE_SIZE + 50);
    AT_IRQL(DISPATCH_LEVEL, NdisMCompleteBufferPhysicalMapping(Legacy.Adapter, buffer, 1));
    NdisMFreeMapRegisters(Legacy.Adapter);
    NdisFreeBuffer(buffer);
    LegacyDown();
}
CONFORMANCE(NdisMStartBufferPhysicalMapping, IsNothingForARegisterThatTheDriverDoesNotHave) {
    NDIS_PHYSICAL_ADDRESS_UNIT piece;
    PNDIS_BUFFER buffer = BufferOf(Memory, 50);
    UINT count = 7;
    REQUIRE(buffer != NULL && Up());
    NdisMStartBufferPhysicalMapping(Legacy.Adapter, buffer, 2, TRUE, &piece, &count);
    CHECK_EQ(count, 0);
    NdisMFreeMapRegisters(Legacy.Adapter);
    NdisFreeBuffer(buffer);
    LegacyDown();
}
CONFORMANCE(NdisMCompleteBufferPhysicalMapping, TheRegisterMayBeUsedAgain) {
    NDIS_PHYSICAL_ADDRESS_UNIT pieces[2];
    PNDIS_BUFFER buffer = BufferOf(Memory, 50);
    UINT count = 0;
    REQUIRE(buffer != NULL && Up());
    for (int i = 0; i < 100; ++i) {
        NdisMStartBufferPhysicalMapping(Legacy.Adapter, buffer, 0, FALSE, pieces, &count);
        CHECK_EQ(count, 1);
        AT_IRQL(DISPATCH_LEVEL, NdisMCompleteBufferPhysicalMapping(Legacy.Adapter, buffer, 0));
    }
    NdisMCompleteBufferPhysicalMapping(Legacy.Adapter, buffer, 0); /* one that is not in use */
    NdisMFreeMapRegisters(Legacy.Adapter);
    NdisFreeBuffer(buffer);
    LegacyDown();
}
