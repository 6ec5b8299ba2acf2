// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeFlushIoBuffers, PMDL, BOOLEAN, BOOLEAN);

CONFORMANCE(KeFlushIoBuffers, KeepsTheData) {
    UCHAR* buffer = ExAllocatePoolWithTag(NonPagedPoolNx, 0x1000, CONFORMANCE_TAG);
    PMDL mdl;
    REQUIRE(buffer != NULL);
    buffer[9] = 0x99;
    mdl = IoAllocateMdl(buffer, 0x1000, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(mdl);
    AT_IRQL(DISPATCH_LEVEL, ImportedKeFlushIoBuffers(mdl, TRUE, TRUE));
    ImportedKeFlushIoBuffers(mdl, FALSE, FALSE);
    CHECK_EQ(buffer[9], 0x99);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(buffer, CONFORMANCE_TAG);
}
