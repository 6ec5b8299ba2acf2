// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IofCompleteRequest, ARoutineCanKeepTheIrpAndCompleteItAgain) {
    PIRP irp = IoAllocateIrp(2, FALSE);
    KEVENT kept, done;
    REQUIRE(irp != NULL);
    KeInitializeEvent(&kept, NotificationEvent, FALSE);
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    IoSetCompletionRoutine(irp, KeepIrp, &done, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IoSetCompletionRoutine(irp, KeepIrp, &kept, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    CHECK_EQ(KeReadStateEvent(&kept), 1);
    CHECK_EQ(KeReadStateEvent(&done), 0);
    AT_IRQL(DISPATCH_LEVEL, IofCompleteRequest(irp, IO_NO_INCREMENT));
    CHECK_EQ(KeReadStateEvent(&done), 1);
    IoFreeIrp(irp);
}

static BOOLEAN Pending[2];
static NTSTATUS NTAPI NotePending(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
    UNREFERENCED_PARAMETER(Device);
    Pending[(ULONG_PTR)Context] = Irp->PendingReturned;
    if (Context == NULL) return STATUS_MORE_PROCESSING_REQUIRED;
    if (Irp->PendingReturned) IoMarkIrpPending(Irp);
    return STATUS_SUCCESS;
}

CONFORMANCE(IofCompleteRequest, PendingReturnedTellsWhetherTheLowerDriverMarkedIt) {
    PIRP irp = IoAllocateIrp(2, FALSE);
    REQUIRE(irp != NULL);
    IoSetCompletionRoutine(irp, NotePending, (PVOID)0, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IoSetCompletionRoutine(irp, NotePending, (PVOID)1, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IoMarkIrpPending(irp);
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    CHECK_EQ(Pending[1], TRUE);
    CHECK_EQ(Pending[0], TRUE);
    IoFreeIrp(irp);
}
