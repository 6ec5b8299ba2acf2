// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmAdvanceMdl, MovesTheStart) {
    PVOID memory = ExAllocatePoolWithTag(PagedPool, PAGES(3), CONFORMANCE_TAG);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PFN_NUMBER second;
    PMDL mdl;
    REQUIRE(memory != NULL);
    mdl = IoAllocateMdl(memory, (ULONG)PAGES(3), FALSE, FALSE, NULL);
    REQUIRE(mdl != NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    second = MmGetMdlPfnArray(mdl)[1];
    AT_IRQL(DISPATCH_LEVEL, status = MmAdvanceMdl(mdl, PAGE_SIZE + 10));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_EQ(MmGetMdlByteCount(mdl), 2 * PAGE_SIZE - 10);
    CHECK_EQ(MmGetMdlByteOffset(mdl), 10);
    CHECK_EQ(MmGetMdlPfnArray(mdl)[0], second);
    CHECK_STATUS(MmAdvanceMdl(mdl, (ULONG)PAGES(9)), STATUS_INVALID_PARAMETER_2);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
