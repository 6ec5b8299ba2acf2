// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

#undef IoCompleteRequest
NTKERNELAPI VOID NTAPI IoCompleteRequest(PIRP Irp, CCHAR PriorityBoost);

static char Order[8];
static int Count;

static NTSTATUS NTAPI Upper(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
    UNREFERENCED_PARAMETER(Device);
    Order[Count++] = (char)(ULONG_PTR)Context;
    if (Irp->PendingReturned) IoMarkIrpPending(Irp);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI Originator(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
    CHECK_EQ(Device, NULL);
    CHECK_EQ(Irp->CurrentLocation, Irp->StackCount + 1);
    Order[Count++] = (char)(ULONG_PTR)Context;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

CONFORMANCE(IoCompleteRequest, CallsCompletionRoutinesFromTheBottomUp) {
    PIRP irp = IoAllocateIrp(3, FALSE);
    REQUIRE(irp != NULL);
    Count = 0;
    IoSetCompletionRoutine(irp, Originator, (PVOID)'a', TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IoSetCompletionRoutine(irp, Upper, (PVOID)'b', TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IoSetCompletionRoutine(irp, Upper, (PVOID)'c', TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    irp->IoStatus.Status = STATUS_SUCCESS;
    AT_IRQL(DISPATCH_LEVEL, IoCompleteRequest(irp, IO_NO_INCREMENT));
    CHECK_EQ(Count, 3);
    CHECK(Order[0] == 'c' && Order[1] == 'b' && Order[2] == 'a');
    IoFreeIrp(irp);
}

CONFORMANCE(IoCompleteRequest, CallsOnlyRoutinesThatWantTheOutcome) {
    PIRP irp = IoAllocateIrp(3, FALSE);
    REQUIRE(irp != NULL);
    Count = 0;
    IoSetCompletionRoutine(irp, Originator, (PVOID)'a', FALSE, FALSE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IoSetCompletionRoutine(irp, Upper, (PVOID)'b', FALSE, TRUE, FALSE);
    IoSetNextIrpStackLocation(irp);
    IoSetCompletionRoutine(irp, Upper, (PVOID)'c', TRUE, FALSE, FALSE);
    IoSetNextIrpStackLocation(irp);
    irp->IoStatus.Status = STATUS_CANCELLED;
    irp->Cancel = TRUE;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    CHECK_EQ(Count, 2);
    CHECK(Order[0] == 'b' && Order[1] == 'a');
    IoFreeIrp(irp);
}

CONFORMANCE_BUG_CHECK(IoCompleteRequest, ASecondCompletionStopsTheMachine, 0x44) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    IoSetNextIrpStackLocation(irp);
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    IoCompleteRequest(irp, IO_NO_INCREMENT);
}
