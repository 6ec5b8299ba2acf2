// SPDX-License-Identifier: GPL-2.0-only
// Mistakes with memory descriptor lists.
#include "verifier.h"

static UCHAR Buffer[256];

static VOID WithMdl(enum VerifierBug Bug, PMDL Mdl) {
    switch (Bug) {
        case MdlUnlockedUnlocked:
            MmUnlockPages(Mdl);
            break;
        case MdlLockedNonpaged:
            MmBuildMdlForNonPagedPool(Mdl);
            MmProbeAndLockPages(Mdl, KernelMode, IoModifyAccess);
            break;
        case MdlFreedMapped:
            MmProbeAndLockPages(Mdl, KernelMode, IoModifyAccess);
            MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
            break;
        case MdlPagesLeftLocked:
            MmProbeAndLockPages(Mdl, KernelMode, IoModifyAccess);
            return;  // and forgotten
        case MdlMappedOrBugCheck:
            MmProbeAndLockPages(Mdl, KernelMode, IoModifyAccess);
            MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, TRUE, NormalPagePriority);
            MmUnlockPages(Mdl);
            break;
        default:
            MmBuildMdlForNonPagedPool(Mdl);
            break;
    }
    IoFreeMdl(Mdl);
}

NTSTATUS MdlBug(PDEVICE_OBJECT DeviceObject, PIRP Irp, PBOOLEAN Finished) {
    enum VerifierBug bug = BugOf(Irp);
    PVOID block = Buffer;
    PMDL mdl;
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Finished);
    if (bug == MdlBuiltForPaged) {
        block = ExAllocatePoolWithTag(PagedPool, sizeof(Buffer), VERIFIER_TAG);
        if (block == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    }
    mdl = IoAllocateMdl(block, sizeof(Buffer), FALSE, FALSE, NULL);
    if (mdl != NULL) WithMdl(bug, mdl);
    if (block != Buffer) ExFreePoolWithTag(block, VERIFIER_TAG);
    return STATUS_SUCCESS;
}
