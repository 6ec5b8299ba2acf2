// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

typedef struct _RUN {
    PHYSICAL_ADDRESS Start;
    SIZE_T Bytes;
} RUN;
NTKERNELAPI NTSTATUS NTAPI MmAllocateMdlForIoSpace(RUN* PhysicalAddressList, SIZE_T NumberOfEntries,
                                                   PMDL* NewMdl);

CONFORMANCE(MmAllocateMdlForIoSpace, DescribesDeviceMemory) {
    RUN runs[2] = {{{.QuadPart = 0xFEE00000}, PAGE_SIZE}, {{.QuadPart = 0xFEC00000}, PAGE_SIZE}};
    PMDL mdl = NULL;
    CHECK_STATUS(MmAllocateMdlForIoSpace(runs, 2, &mdl), STATUS_SUCCESS);
    REQUIRE(mdl != NULL);
    CHECK_EQ(MmGetMdlByteCount(mdl), PAGES(2));
    CHECK_EQ(MmGetMdlPfnArray(mdl)[1], 0xFEC00);
    CHECK(mdl->MdlFlags & MDL_IO_SPACE);
    IoFreeMdl(mdl);
    runs[0].Bytes = 100;  // no whole page
    CHECK_STATUS(MmAllocateMdlForIoSpace(runs, 2, &mdl), STATUS_INVALID_PARAMETER_1);
}
