// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmMapLockedPagesSpecifyCache, MapsIntoSystemSpace) {
    PMDL mdl = NewPages(PAGES(2));
    PUCHAR mapped = NULL;
    REQUIRE(mdl != NULL);
    AT_IRQL(DISPATCH_LEVEL,
            mapped = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE,
                                                  NormalPagePriority | MdlMappingNoExecute));
    REQUIRE(mapped != NULL);
    mapped[0] = mapped[PAGES(2) - 1] = 0x77;
    CHECK(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA);
    CHECK_EQ(mdl->MappedSystemVa, (PVOID)mapped);
    MmUnmapLockedPages(mapped, mdl);
    CHECK_EQ(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    FreePages(mdl);
}
CONFORMANCE_IN_CALLER(MmMapLockedPagesSpecifyCache, MapsIntoTheProcess) {
    PMDL mdl = NewPages(PAGES(1));
    PUCHAR user, system;
    REQUIRE(mdl != NULL);
    user = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    REQUIRE(user != NULL && (PVOID)user < MmHighestUserAddress);
    user[5] = 0x77;
    system =
        MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    REQUIRE(system != NULL);
    CHECK_EQ(system[5], 0x77);
    MmUnmapLockedPages(system, mdl);
    MmUnmapLockedPages(user, mdl);
    FreePages(mdl);
}
CONFORMANCE_IN_CALLER(MmMapLockedPagesSpecifyCache, RaisesForAUserAddressThatIsTaken) {
    PVOID taken = NewUserMemory(PAGES(1), PAGE_READWRITE);
    PMDL mdl = NewPages(PAGES(1));
    REQUIRE(mdl != NULL);
    CHECK_RAISES(
        MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, taken, FALSE, NormalPagePriority),
        STATUS_CONFLICTING_ADDRESSES);
    FreePages(mdl);
    FreeUserMemory(taken);
}
