// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// What a mapping may lose depends on where the pages are (the table's note), so no page is made
// read-only here.
CONFORMANCE(MmProtectMdlSystemAddress, WantsAMappingAndAProtection) {
    PMDL mdl = NewPages(PAGES(2));
    volatile UCHAR* mapped;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    REQUIRE(mdl != NULL);
    mapped =
        MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    REQUIRE(mapped != NULL);
    mapped[0] = 1;
    AT_IRQL(DISPATCH_LEVEL, status = MmProtectMdlSystemAddress(mdl, PAGE_READWRITE));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_EQ(mapped[0], 1);
    mapped[PAGE_SIZE] = 2;
    CHECK_STATUS(MmProtectMdlSystemAddress(mdl, 0x777), STATUS_INVALID_PAGE_PROTECTION);
    MmUnmapLockedPages((PVOID)mapped, mdl);
    CHECK_STATUS(MmProtectMdlSystemAddress(mdl, PAGE_READONLY), STATUS_NOT_MAPPED_VIEW);
    FreePages(mdl);
}
