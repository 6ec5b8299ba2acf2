/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeMdl, FreesTheMdlAndNotTheMemory) {
    static CHAR bytes[8] = "memory";
    PMDL mdl = NdisAllocateMdl(NULL, bytes, 8);
    REQUIRE(mdl != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeMdl(mdl));
    CHECK_BYTES(bytes, "memory", 6);
}
