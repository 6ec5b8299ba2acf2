// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(IoBuildPartialMdl, DescribesAPartOfTheSource) {
    PMDL source = NewBuffer(PAGES(3)), part;
    PUCHAR base;
    REQUIRE(source != NULL);
    base = MmGetMdlVirtualAddress(source);
    part = IoAllocateMdl(base + PAGE_SIZE + 100, 200, FALSE, FALSE, NULL);
    REQUIRE(part != NULL);
    AT_IRQL(DISPATCH_LEVEL, IoBuildPartialMdl(source, part, base + PAGE_SIZE + 100, 200));
    CHECK_EQ(MmGetMdlByteCount(part), 200);
    CHECK_EQ(MmGetMdlByteOffset(part), 100);
    CHECK_EQ(MmGetMdlPfnArray(part)[0], MmGetMdlPfnArray(source)[1]);
    base[PAGE_SIZE + 100] = 0x77;
    CHECK_EQ(*(PUCHAR)MmGetSystemAddressForMdlSafe(part, NormalPagePriority), 0x77);
    MmPrepareMdlForReuse(part);
    IoBuildPartialMdl(source, part, base + PAGE_SIZE + 50, 0);  // zero: to the end of the source
    CHECK_EQ(MmGetMdlByteCount(part), 2 * PAGE_SIZE - 50);
    IoFreeMdl(part);
    FreeBuffer(source);
}
