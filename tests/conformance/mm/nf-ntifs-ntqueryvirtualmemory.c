// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

#ifndef MEM_PHYSICAL
#define MEM_PHYSICAL 0x00400000
#endif

typedef struct _REGION {
    PVOID BaseAddress;
    PVOID AllocationBase;
    ULONG AllocationProtect;
    USHORT PartitionId;
    SIZE_T RegionSize;
    ULONG State;
    ULONG Protect;
    ULONG Type;
} REGION;
NTSYSAPI NTSTATUS NTAPI ZwQueryVirtualMemory(HANDLE, PVOID, ULONG, PVOID, SIZE_T, PSIZE_T);
NTSYSAPI NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE, PVOID, ULONG, PVOID, SIZE_T, PSIZE_T);

static VOID DescribesTheRegion(NTSTATUS(NTAPI* Query)(HANDLE, PVOID, ULONG, PVOID, SIZE_T, PSIZE_T),
                               REGION* Region) {
    PUCHAR base = NewUserMemory(PAGES(3), PAGE_READWRITE);
    SIZE_T* returned = (SIZE_T*)(Region + 1);
    CHECK_STATUS(
        Query(NtCurrentProcess(), base + PAGE_SIZE + 5, 0, Region, sizeof(*Region), returned),
        STATUS_SUCCESS);
    CHECK_EQ(*returned, sizeof(*Region));
    CHECK_EQ(Region->BaseAddress, (PVOID)(base + PAGE_SIZE));
    CHECK_EQ(Region->AllocationBase, (PVOID)base);
    CHECK_EQ(Region->RegionSize, PAGES(2));
    CHECK_EQ(Region->State, MEM_COMMIT);
    CHECK_EQ(Region->Protect, PAGE_READWRITE);
    CHECK_EQ(Region->Type, MEM_PRIVATE);
    FreeUserMemory(base);
    CHECK_STATUS(Query(NtCurrentProcess(), base, 0, Region, sizeof(*Region), NULL), STATUS_SUCCESS);
    CHECK_EQ(Region->State, MEM_FREE);
    CHECK_STATUS(Query(NtCurrentProcess(), base, 0, Region, 8, NULL), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Query(NtCurrentProcess(), base, 77, Region, sizeof(*Region), NULL),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Query(NtCurrentProcess(), MmSystemRangeStart, 0, Region, sizeof(*Region), NULL),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Query(NO_HANDLE, base, 0, Region, sizeof(*Region), NULL), STATUS_INVALID_HANDLE);
}
CONFORMANCE_IN_CALLER(ZwQueryVirtualMemory, DescribesTheRegion) {
    REGION region[2];
    DescribesTheRegion(ZwQueryVirtualMemory, region);
}
CONFORMANCE_IN_CALLER(NtQueryVirtualMemory, DescribesTheRegion) {
    PVOID page = NewUserMemory(PAGES(1), PAGE_READWRITE);
    REQUIRE(page != NULL);
    DescribesTheRegion(NtQueryVirtualMemory, page);
    FreeUserMemory(page);
}
CONFORMANCE_IN_CALLER(ZwQueryVirtualMemory, DescribesAnAweWindow) {
    REGION region;
    PVOID base = NULL, freed;
    SIZE_T bytes = PAGES(2);
    CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &bytes, MEM_PHYSICAL | MEM_RESERVE, PAGE_READWRITE),
                 STATUS_SUCCESS);
    REQUIRE(base != NULL);
    CHECK_STATUS(ZwQueryVirtualMemory(NtCurrentProcess(), base, 0, &region, sizeof(region), NULL), STATUS_SUCCESS);
    CHECK_EQ(region.State, MEM_RESERVE);
    CHECK_EQ(region.Type, MEM_PRIVATE);
    CHECK_EQ(region.AllocationProtect, PAGE_READWRITE);
    CHECK_EQ(region.RegionSize, PAGES(2));
    freed = base;
    bytes = 0;
    CHECK_STATUS(ZwFreeVirtualMemory(NtCurrentProcess(), &freed, &bytes, MEM_RELEASE), STATUS_SUCCESS);
}
