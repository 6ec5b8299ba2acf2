/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisAllocateMdl, DescribesNonpagedMemory) {
    static CHAR bytes[100];
    PMDL mdl = NULL;
    AT_IRQL(DISPATCH_LEVEL, mdl = NdisAllocateMdl(NULL, bytes + 1, 50));
    REQUIRE(mdl != NULL);
    CHECK(MmGetMdlVirtualAddress(mdl) == bytes + 1);
    CHECK_EQ(MmGetMdlByteCount(mdl), 50);
    CHECK(mdl->Next == NULL && MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) == bytes + 1);
    NdisFreeMdl(mdl);
}
