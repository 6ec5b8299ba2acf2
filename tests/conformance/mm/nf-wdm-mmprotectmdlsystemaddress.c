// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Code of a function that returns 42.
static const UCHAR kAnswer[] = {0xB8, 42, 0, 0, 0, 0xC3};

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

CONFORMANCE(MmProtectMdlSystemAddress, LetsWhatWasWrittenBeExecuted) {
    const ULONG protections[] = {PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_READ, PAGE_EXECUTE};
    ULONG i;
    for (i = 0; i < 3; ++i) {
        PMDL mdl = NewPages(PAGES(2));
        PUCHAR mapped;
        REQUIRE(mdl != NULL);
        mapped = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
        REQUIRE(mapped != NULL);
        RtlCopyMemory(mapped + PAGE_SIZE, kAnswer, sizeof(kAnswer));
        CHECK_STATUS(MmProtectMdlSystemAddress(mdl, protections[i]), STATUS_SUCCESS);
        CHECK_EQ(((ULONG(*)(void))(mapped + PAGE_SIZE))(), 42);
        CHECK_STATUS(MmProtectMdlSystemAddress(mdl, PAGE_READWRITE), STATUS_SUCCESS);
        mapped[0] = mapped[PAGE_SIZE] = 0;
        MmUnmapLockedPages(mapped, mdl);
        FreePages(mdl);
    }
}
CONFORMANCE(MmProtectMdlSystemAddress, TakesAllAccessAndGivesItBack) {
    PMDL mdl = NewPages(PAGES(2));
    volatile UCHAR* mapped;
    REQUIRE(mdl != NULL);
    mapped = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    REQUIRE(mapped != NULL);
    mapped[0] = 7;
    mapped[PAGE_SIZE] = 8;
    CHECK(MmIsAddressValid((PVOID)mapped) && MmIsAddressValid((PVOID)(mapped + PAGE_SIZE)));
    CHECK_STATUS(MmProtectMdlSystemAddress(mdl, PAGE_NOACCESS), STATUS_SUCCESS);
    CHECK(!MmIsAddressValid((PVOID)mapped) && !MmIsAddressValid((PVOID)(mapped + PAGE_SIZE)));  // an access would stop the machine
    CHECK_STATUS(MmProtectMdlSystemAddress(mdl, PAGE_READONLY), STATUS_SUCCESS);
    CHECK_EQ(mapped[0], 7);
    CHECK_EQ(mapped[PAGE_SIZE], 8);
    CHECK_STATUS(MmProtectMdlSystemAddress(mdl, PAGE_NOACCESS), STATUS_SUCCESS);
    MmUnmapLockedPages((PVOID)mapped, mdl);
    FreePages(mdl);
}
