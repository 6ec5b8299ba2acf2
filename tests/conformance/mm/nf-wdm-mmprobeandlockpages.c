// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmProbeAndLockPages, LocksKernelMemory) {
    PVOID memory = ExAllocatePoolWithTag(PagedPool, PAGES(2), CONFORMANCE_TAG);
    PMDL mdl;
    REQUIRE(memory != NULL);
    mdl = IoAllocateMdl(memory, (ULONG)PAGES(2), FALSE, FALSE, NULL);
    REQUIRE(mdl != NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    CHECK(mdl->MdlFlags & MDL_PAGES_LOCKED);
    CHECK_EQ(MmGetMdlPfnArray(mdl)[0],
             (PFN_NUMBER)(MmGetPhysicalAddress(memory).QuadPart >> PAGE_SHIFT));
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
CONFORMANCE_IN_CALLER(MmProbeAndLockPages, RaisesForAUsersBadRange) {
    PVOID page = NewUserMemory(PAGES(1), PAGE_READONLY);
    PMDL mdl = IoAllocateMdl(page, 100, FALSE, FALSE, NULL), kernel, hole;
    REQUIRE(mdl != NULL);
    MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
    MmUnlockPages(mdl);
    CHECK_RAISES(MmProbeAndLockPages(mdl, UserMode, IoWriteAccess),
                 STATUS_ACCESS_VIOLATION);  // read only
    IoFreeMdl(mdl);
    kernel = IoAllocateMdl(&ConformanceDriver, 8, FALSE, FALSE, NULL);
    CHECK_RAISES(MmProbeAndLockPages(kernel, UserMode, IoReadAccess), STATUS_ACCESS_VIOLATION);
    IoFreeMdl(kernel);
    FreeUserMemory(page);
    hole = IoAllocateMdl(page, 8, FALSE, FALSE, NULL);
    CHECK_RAISES(MmProbeAndLockPages(hole, UserMode, IoReadAccess), STATUS_ACCESS_VIOLATION);
    IoFreeMdl(hole);
}
