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
}
