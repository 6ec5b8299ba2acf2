// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmMapIoSpace, MapsDeviceMemory) {
    static const PHYSICAL_ADDRESS apic = {.QuadPart = 0xFEE00000};
    volatile ULONG* base = NULL;
    AT_IRQL(DISPATCH_LEVEL, base = MmMapIoSpace(apic, PAGE_SIZE, MmNonCached));
    REQUIRE(base != NULL);
    CHECK_EQ(MmGetPhysicalAddress((PVOID)base).QuadPart, apic.QuadPart);
    CHECK(base[0x30 / 4] != 0 && base[0x30 / 4] != 0xFFFFFFFF);  // the version of the local APIC
    MmUnmapIoSpace((PVOID)base, PAGE_SIZE);
    CHECK_EQ(MmMapIoSpace(apic, 0, MmNonCached), NULL);
}
