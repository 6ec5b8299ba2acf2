// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static PIRP SeenElsewhere = (PIRP)1;

static VOID NTAPI Elsewhere(PVOID Context) {
    UNREFERENCED_PARAMETER(Context);
    SeenElsewhere = IoGetTopLevelIrp();
    PsTerminateSystemThread(STATUS_SUCCESS);
}

CONFORMANCE(IoSetTopLevelIrp, IsKeptForThisThreadAlone) {
    HANDLE thread;
    IoSetTopLevelIrp((PIRP)FSRTL_FSP_TOP_LEVEL_IRP);
    CHECK_EQ((ULONG_PTR)IoGetTopLevelIrp(), FSRTL_FSP_TOP_LEVEL_IRP);
    REQUIRE(NT_SUCCESS(PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, Elsewhere, NULL)));
    ZwWaitForSingleObject(thread, FALSE, NULL);
    ZwClose(thread);
    CHECK_EQ(SeenElsewhere, NULL);
    IoSetTopLevelIrp(NULL);
    CHECK_EQ(IoGetTopLevelIrp(), NULL);
}
