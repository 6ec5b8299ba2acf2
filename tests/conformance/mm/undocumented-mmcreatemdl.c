// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Facts: MmCreateMdl of ntddk.h, obsolete: IoAllocateMdl without an IRP.
CONFORMANCE(MmCreateMdl, DescribesTheBuffer) {
    PMDL mdl = MmCreateMdl(NULL, (PVOID)0x12345678, 5000);
    REQUIRE(mdl != NULL);
    CHECK_EQ(MmGetMdlVirtualAddress(mdl), (PVOID)0x12345678);
    CHECK_EQ(MmGetMdlByteCount(mdl), 5000);
    IoFreeMdl(mdl);
}
