// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(IoFreeMdl, UnmapsAPartialMdl) {
    PMDL source = NewBuffer(PAGES(2)), part;
    REQUIRE(source != NULL);
    part = IoAllocateMdl(MmGetMdlVirtualAddress(source), PAGE_SIZE, FALSE, FALSE, NULL);
    REQUIRE(part != NULL);
    IoBuildPartialMdl(source, part, MmGetMdlVirtualAddress(source), PAGE_SIZE);
    CHECK(MmGetSystemAddressForMdlSafe(part, NormalPagePriority) != NULL);
    AT_IRQL(DISPATCH_LEVEL, IoFreeMdl(part));
    FreeBuffer(source);
}
