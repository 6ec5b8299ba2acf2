// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmUnlockPages, TheMdlMayBeLockedAgain) {
    PVOID memory = ExAllocatePoolWithTag(PagedPool, PAGES(1), CONFORMANCE_TAG);
    PMDL mdl;
    REQUIRE(memory != NULL);
    mdl = IoAllocateMdl(memory, PAGE_SIZE, FALSE, FALSE, NULL);
    REQUIRE(mdl != NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    CHECK(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) != NULL);
    AT_IRQL(DISPATCH_LEVEL, MmUnlockPages(mdl));  // unmaps, too
    CHECK_EQ(mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA), 0);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
