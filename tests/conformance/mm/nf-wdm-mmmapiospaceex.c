// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTKERNELAPI PVOID NTAPI MmMapIoSpaceEx(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                                       ULONG Protect);

CONFORMANCE(MmMapIoSpaceEx, MapsWithAProtection) {
    volatile ULONG* base = NULL;
    AT_IRQL(DISPATCH_LEVEL,
            base = MmMapIoSpaceEx(Physical(0xFEE00000), PAGE_SIZE, PAGE_READWRITE | PAGE_NOCACHE));
    REQUIRE(base != NULL);
    CHECK(base[0x30 / 4] != 0 && base[0x30 / 4] != 0xFFFFFFFF);
    MmUnmapIoSpace((PVOID)base, PAGE_SIZE);
    CHECK_EQ(MmMapIoSpaceEx(Physical(0xFEE00000), PAGE_SIZE, 0x777), NULL);
    CHECK_EQ(MmMapIoSpaceEx(Physical(0xFEE00000), PAGE_SIZE, PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE), NULL);
}
CONFORMANCE(MmMapIoSpaceEx, LetsCodeBeWrittenAndExecuted) {
    static const UCHAR answer[] = {0xB8, 42, 0, 0, 0, 0xC3};
    PHYSICAL_ADDRESS highest;
    PUCHAR memory, mapped;
    highest.QuadPart = MAXLONGLONG;
    memory = MmAllocateContiguousMemory(PAGE_SIZE, highest);
    REQUIRE(memory != NULL);
    mapped = MmMapIoSpaceEx(MmGetPhysicalAddress(memory), PAGE_SIZE, PAGE_EXECUTE_READWRITE);
    REQUIRE(mapped != NULL);
    RtlCopyMemory(mapped, answer, sizeof(answer));
    CHECK_EQ(((ULONG(*)(void))mapped)(), 42);
    CHECK_EQ(memory[1], 42);
    MmUnmapIoSpace(mapped, PAGE_SIZE);
    mapped = MmMapIoSpaceEx(MmGetPhysicalAddress(memory), PAGE_SIZE, PAGE_EXECUTE_READ);
    REQUIRE(mapped != NULL);
    CHECK_EQ(((ULONG(*)(void))mapped)(), 42);
    MmUnmapIoSpace(mapped, PAGE_SIZE);
    MmFreeContiguousMemory(memory);
}
