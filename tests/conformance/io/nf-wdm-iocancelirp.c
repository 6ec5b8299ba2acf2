// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static KIRQL LevelBefore;
static int Cancelled;

static VOID NTAPI CancelRoutine(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(Irp->Cancel, TRUE);
    CHECK_EQ(Irp->CancelRoutine, NULL);
    LevelBefore = Irp->CancelIrql;
    Cancelled++;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
}

CONFORMANCE(IoCancelIrp, CallsTheCancelRoutineUnderTheLock) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    REQUIRE(irp != NULL);
    Cancelled = 0;
    IoSetNextIrpStackLocation(irp);
    CHECK_EQ(IoSetCancelRoutine(irp, CancelRoutine), NULL);
    CHECK_EQ(IoCancelIrp(irp), TRUE);
    CHECK_EQ(Cancelled, 1);
    CHECK_EQ(LevelBefore, PASSIVE_LEVEL);
    CHECK_EQ(IoCancelIrp(irp), FALSE);
    CHECK_EQ(Cancelled, 1);
    IoFreeIrp(irp);
}

CONFORMANCE(IoCancelIrp, WithoutARoutineOnlyTheBitIsSet) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    BOOLEAN called = TRUE;
    REQUIRE(irp != NULL);
    IoSetNextIrpStackLocation(irp);
    AT_IRQL(DISPATCH_LEVEL, called = IoCancelIrp(irp));
    CHECK_EQ(called, FALSE);
    CHECK_EQ(irp->Cancel, TRUE);
    IoFreeIrp(irp);
}
