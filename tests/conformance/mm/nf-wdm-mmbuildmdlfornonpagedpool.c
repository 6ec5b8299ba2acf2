// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmBuildMdlForNonPagedPool, FillsInThePages) {
    PVOID memory = ExAllocatePoolWithTag(NonPagedPoolNx, PAGES(2), CONFORMANCE_TAG);
    PMDL mdl;
    REQUIRE(memory != NULL);
    mdl = IoAllocateMdl(memory, (ULONG)PAGES(2), FALSE, FALSE, NULL);
    REQUIRE(mdl != NULL);
    AT_IRQL(DISPATCH_LEVEL, MmBuildMdlForNonPagedPool(mdl));
    CHECK(mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL);
    CHECK_EQ(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), memory);
    CHECK_EQ(MmGetMdlPfnArray(mdl)[1],
             (PFN_NUMBER)(MmGetPhysicalAddress((PUCHAR)memory + PAGE_SIZE).QuadPart >> PAGE_SHIFT));
    FreeBuffer(mdl);
}
