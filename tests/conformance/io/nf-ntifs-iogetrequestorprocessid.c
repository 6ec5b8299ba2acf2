// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE_IN_CALLER(IoGetRequestorProcessId, IsTheIdOfTheThreadsProcess) {
    ULONG id = 0;
    PIRP irp = IoAllocateIrp(1, FALSE);
    REQUIRE(irp != NULL);
    CHECK_EQ(IoGetRequestorProcessId(irp), 0);
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    AT_IRQL(DISPATCH_LEVEL, id = IoGetRequestorProcessId(irp));
    CHECK_EQ(id, (ULONG)(ULONG_PTR)PsGetCurrentProcessId());
    IoFreeIrp(irp);
}
