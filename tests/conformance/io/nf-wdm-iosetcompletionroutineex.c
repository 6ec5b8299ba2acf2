// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static int Calls;
static NTSTATUS Answer;

static NTSTATUS NTAPI Refuse(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    return Complete(Irp, Answer, 0);
}

static NTSTATUS NTAPI Counted(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    CHECK_EQ(Context, &Calls);
    Calls++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

CONFORMANCE(IoSetCompletionRoutineEx, RunsTheRoutineForTheOutcomesAskedFor) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0), lower = MakeDevice(NULL, 0);
    PIRP irp = IoAllocateIrp(2, FALSE);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    REQUIRE(device && lower && irp);
    Calls = 0;
    IoSetCompletionRoutine(irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_READ;
    AT_IRQL(DISPATCH_LEVEL,
            status = IoSetCompletionRoutineEx(device, irp, Counted, &Calls, TRUE, FALSE, FALSE));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(IoCallDriver(lower, irp), STATUS_SUCCESS);
    CHECK_EQ(Calls, 1);
    CHECK_EQ(irp->CurrentLocation, 2);
    ConformanceDispatch = Refuse;
    Answer = STATUS_DEVICE_BUSY;
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_READ;
    CHECK_SUCCESS(IoSetCompletionRoutineEx(device, irp, Counted, &Calls, TRUE, FALSE, FALSE));
    CHECK_STATUS(IoCallDriver(lower, irp), STATUS_DEVICE_BUSY);
    CHECK_EQ(Calls, 1);
    CHECK_EQ(irp->CurrentLocation, 3);
    IoFreeIrp(irp);
    IoDeleteDevice(lower);
    IoDeleteDevice(device);
}
