// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(IoAllocateMdl, DescribesTheBuffer) {
    PMDL mdl = NULL;
    AT_IRQL(DISPATCH_LEVEL, mdl = IoAllocateMdl((PVOID)0x12345678, 5000, FALSE, FALSE, NULL));
    REQUIRE(mdl != NULL);
    CHECK_EQ(MmGetMdlVirtualAddress(mdl), (PVOID)0x12345678);
    CHECK_EQ(MmGetMdlByteCount(mdl), 5000);
    CHECK_EQ(MmGetMdlByteOffset(mdl), 0x678);
    CHECK_EQ(mdl->Next, NULL);
    IoFreeMdl(mdl);
}
CONFORMANCE(IoAllocateMdl, GoesToTheIrpOrTheEndOfItsChain) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    PMDL first, second;
    REQUIRE(irp != NULL);
    first = IoAllocateMdl((PVOID)0x1000, 10, FALSE, FALSE, irp);
    second = IoAllocateMdl((PVOID)0x2000, 10, TRUE, FALSE, irp);
    CHECK_EQ(irp->MdlAddress, first);
    CHECK_EQ(first->Next, second);
    irp->MdlAddress = NULL;
    IoFreeMdl(second);
    IoFreeMdl(first);
    IoFreeIrp(irp);
}
CONFORMANCE(IoAllocateMdl, RefusesMoreThanAnMdlDescribes) {
    CHECK_EQ(IoAllocateMdl(NULL, 0xFFFFFFFF, FALSE, FALSE, NULL), NULL);
}
