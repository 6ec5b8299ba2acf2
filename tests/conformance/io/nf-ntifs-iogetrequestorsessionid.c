// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE_IN_CALLER(IoGetRequestorSessionId, IsThatOfTheThreadsProcess) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    ULONG session = 0;
    REQUIRE(irp != NULL);
    CHECK_STATUS(IoGetRequestorSessionId(irp, &session), STATUS_UNSUCCESSFUL);
    CHECK_EQ(session, (ULONG)-1);
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    AT_IRQL(APC_LEVEL, status = IoGetRequestorSessionId(irp, &session));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK(session != (ULONG)-1);
    IoFreeIrp(irp);
}

CONFORMANCE(IoGetPagingIoPriority, TellsPagingRequestsFromOthers) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    REQUIRE(irp != NULL);
    CHECK_EQ(IoGetPagingIoPriority(irp), IoPagingPriorityInvalid);
    irp->Flags |= IRP_PAGING_IO;
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(IoGetPagingIoPriority(irp), IoPagingPriorityNormal));
    irp->Flags = 0;
    IoFreeIrp(irp);
}
