// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

NTKERNELAPI VOID NTAPI IoSetMasterIrpStatus(PIRP MasterIrp, NTSTATUS Status);

static NTSTATUS Merge(PIRP Irp, NTSTATUS Before, NTSTATUS Status) {
    Irp->IoStatus.Status = Before;
    AT_IRQL(DISPATCH_LEVEL, IoSetMasterIrpStatus(Irp, Status));
    return Irp->IoStatus.Status;
}

CONFORMANCE(IoSetMasterIrpStatus, FailureGoesBeforeSuccessAndTheWorseOneBeforeTheOther) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    REQUIRE(irp != NULL);
    CHECK_STATUS(Merge(irp, STATUS_SUCCESS, STATUS_DISK_FULL), STATUS_DISK_FULL);
    CHECK_STATUS(Merge(irp, STATUS_DISK_FULL, STATUS_SUCCESS), STATUS_DISK_FULL);
    CHECK_STATUS(Merge(irp, STATUS_BUFFER_OVERFLOW, STATUS_DISK_FULL), STATUS_DISK_FULL);
    CHECK_STATUS(Merge(irp, STATUS_DISK_FULL, STATUS_BUFFER_OVERFLOW), STATUS_DISK_FULL);
    CHECK_STATUS(Merge(irp, STATUS_DISK_FULL, STATUS_VERIFY_REQUIRED), STATUS_VERIFY_REQUIRED);
    CHECK_STATUS(Merge(irp, STATUS_SUCCESS, (NTSTATUS)0x40000035), STATUS_SUCCESS);
    IoFreeIrp(irp);
}
