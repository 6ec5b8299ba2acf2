// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmGetPhysicalAddress, KeepsTheOffsetInThePage) {
    PHYSICAL_ADDRESS address = {.QuadPart = 0};
    PUCHAR memory = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE_SIZE, CONFORMANCE_TAG);
    PMDL mdl;
    REQUIRE(memory != NULL);
    mdl = IoAllocateMdl(memory, PAGE_SIZE, FALSE, FALSE, NULL);
    REQUIRE(mdl != NULL);
    MmBuildMdlForNonPagedPool(mdl);
    AT_IRQL(DISPATCH_LEVEL, address = MmGetPhysicalAddress(memory + 0x123));
    CHECK_EQ(address.QuadPart, ((LONGLONG)MmGetMdlPfnArray(mdl)[0] << PAGE_SHIFT) + 0x123);
    FreeBuffer(mdl);
}
