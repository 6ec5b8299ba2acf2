// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmMapLockedPages, MapsIntoSystemSpace) {
    PMDL mdl = NewPages(PAGES(2));
    PUCHAR one, other;
    REQUIRE(mdl != NULL);
    one = MmMapLockedPages(mdl, KernelMode);
    REQUIRE(one != NULL && (PVOID)one >= MmSystemRangeStart);
    one[PAGE_SIZE] = 0x77;
    MmUnmapLockedPages(one, mdl);
    other = MmMapLockedPages(mdl, KernelMode);
    CHECK_EQ(other[PAGE_SIZE], 0x77);
    MmUnmapLockedPages(other, mdl);
    FreePages(mdl);
}
