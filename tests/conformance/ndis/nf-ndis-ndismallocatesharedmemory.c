/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

CONFORMANCE(NdisMAllocateSharedMemory, IsMemoryThatADeviceReaches) {
    PVOID memory = NULL;
    NDIS_PHYSICAL_ADDRESS address;
    MiniportNew();
    REQUIRE(MiniportUp());
    NdisMAllocateSharedMemory(Miniport.Adapter, 8192, TRUE, &memory, &address);
    REQUIRE(memory != NULL);
    CHECK_EQ(address.QuadPart, MmGetPhysicalAddress(memory).QuadPart);
    /* Its pages follow one another for the device, too. */
    CHECK_EQ(address.QuadPart + 4096, MmGetPhysicalAddress((PUCHAR)memory + 4096).QuadPart);
    RtlFillMemory(memory, 8192, 0x5A);
    NdisMFreeSharedMemory(Miniport.Adapter, 8192, TRUE, memory, address);
    MiniportDown();
}
CONFORMANCE(NdisMAllocateSharedMemory, TellsWhenThereIsNone) {
    PVOID memory = &memory;
    NDIS_PHYSICAL_ADDRESS address;
    MiniportNew();
    REQUIRE(MiniportUp());
    NdisMAllocateSharedMemory(Miniport.Adapter, 0xF0000000u, TRUE, &memory, &address);
    CHECK(memory == NULL);
    MiniportDown();
}
CONFORMANCE(NdisMFreeSharedMemory, TheMemoryMayBeHadAgain) {
    PVOID memory;
    NDIS_PHYSICAL_ADDRESS address;
    MiniportNew();
    REQUIRE(MiniportUp());
    for (ULONG round = 0; round < 500; ++round) { /* 512 MB in all: more than there is */
        NdisMAllocateSharedMemory(Miniport.Adapter, 1u << 20, FALSE, &memory, &address);
        REQUIRE(memory != NULL);
        NdisMFreeSharedMemory(Miniport.Adapter, 1u << 20, FALSE, memory, address);
    }
    MiniportDown();
}
