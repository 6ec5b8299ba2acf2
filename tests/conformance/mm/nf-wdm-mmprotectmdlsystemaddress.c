// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmProtectMdlSystemAddress, AReadOnlyMappingRefusesWrites) {
    PMDL mdl = NewPages(PAGES(2));
    volatile UCHAR* mapped;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    REQUIRE(mdl != NULL);
    mapped = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    REQUIRE(mapped != NULL);
    mapped[0] = 1;
    AT_IRQL(DISPATCH_LEVEL, status = MmProtectMdlSystemAddress(mdl, PAGE_READONLY));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_EQ(mapped[0], 1);
    CHECK_STATUS(MmProtectMdlSystemAddress(mdl, PAGE_READWRITE), STATUS_SUCCESS);
    mapped[PAGE_SIZE] = 2;
    CHECK_STATUS(MmProtectMdlSystemAddress(mdl, 0x777), STATUS_INVALID_PAGE_PROTECTION);
    MmUnmapLockedPages((PVOID)mapped, mdl);
    CHECK_STATUS(MmProtectMdlSystemAddress(mdl, PAGE_READONLY), STATUS_NOT_MAPPED_VIEW);
    FreePages(mdl);
}
