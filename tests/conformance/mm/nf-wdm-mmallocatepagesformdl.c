// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmAllocatePagesForMdl, GivesZeroedPages) {
    PMDL mdl = NewPages(PAGES(4));
    PUCHAR base;
    SIZE_T i;
    REQUIRE(mdl != NULL);
    CHECK(MmGetMdlByteCount(mdl) <= PAGES(4) && MmGetMdlByteCount(mdl) != 0);
    base = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    REQUIRE(base != NULL);
    for (i = 0; i < MmGetMdlByteCount(mdl) && base[i] == 0; i++) {
    }
    CHECK_EQ(i, MmGetMdlByteCount(mdl));
    MmUnmapLockedPages(base, mdl);
    FreePages(mdl);
}
CONFORMANCE(MmAllocatePagesForMdl, StaysInTheRange) {
    PMDL mdl = MmAllocatePagesForMdl(Physical(0), Physical(0x3FFFFFF), Physical(0), PAGES(2));
    SKIP_UNLESS(mdl != NULL, "no page below 64 MB is free");
    CHECK(MmGetMdlPfnArray(mdl)[0] < 0x4000);
    FreePages(mdl);
    CHECK_EQ(MmAllocatePagesForMdl(Physical(0x7FFF00000000), Physical(0x7FFF0000FFFF), Physical(0),
                                   PAGES(1)),
             NULL);
}
