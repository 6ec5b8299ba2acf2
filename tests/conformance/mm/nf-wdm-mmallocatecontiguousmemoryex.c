// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTKERNELAPI NTSTATUS NTAPI MmAllocateContiguousMemoryEx(PSIZE_T NumberOfBytes,
                                                        PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                        PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                        PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                        ULONG PreferredNode, ULONG Protect,
                                                        PVOID PartitionObject, ULONG Tag,
                                                        ULONG Flags, PVOID* BaseAddress);

CONFORMANCE(MmAllocateContiguousMemoryEx, TellsHowMuchItAllocated) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    SIZE_T bytes = 5000;
    PUCHAR base = NULL;
    AT_IRQL(DISPATCH_LEVEL, status = MmAllocateContiguousMemoryEx(
                                &bytes, Physical(0), Physical(-1), Physical(0), MM_ANY_NODE_OK,
                                PAGE_READWRITE, NULL, CONFORMANCE_TAG, 0, (PVOID*)&base));
    CHECK_STATUS(status, STATUS_SUCCESS);
    REQUIRE(base != NULL);
    CHECK_EQ(bytes, PAGES(2));
    CHECK_EQ(MmGetPhysicalAddress(base + PAGE_SIZE).QuadPart,
             MmGetPhysicalAddress(base).QuadPart + PAGE_SIZE);
    MmFreeContiguousMemory(base);
    bytes = (SIZE_T)1 << 40;
    CHECK(!NT_SUCCESS(MmAllocateContiguousMemoryEx(&bytes, Physical(0), Physical(-1), Physical(0),
                                                   MM_ANY_NODE_OK, PAGE_READWRITE, NULL,
                                                   CONFORMANCE_TAG, 0, (PVOID*)&base)));
}
