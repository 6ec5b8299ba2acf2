// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static PIRP Held;
static KEVENT Holding;
static ULONG Forwarded;

static NTSTATUS NTAPI Hold(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    Forwarded = IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length;
    IoMarkIrpPending(Irp);
    Held = Irp;
    KeSetEvent(&Holding, 0, FALSE);
    return STATUS_PENDING;
}

static VOID NTAPI Finish(PVOID Context) {
    UNREFERENCED_PARAMETER(Context);
    Arrives(&Holding);
    Complete(Held, STATUS_DEVICE_BUSY, 0);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

CONFORMANCE(IoForwardIrpSynchronously, SendsACopyOfTheLocationAndWaits) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIRP irp = IoAllocateIrp(2, FALSE);
    HANDLE thread;
    REQUIRE(device && irp);
    KeInitializeEvent(&Holding, NotificationEvent, FALSE);
    ConformanceDispatch = Hold;
    IoSetNextIrpStackLocation(irp);
    IoGetCurrentIrpStackLocation(irp)->MajorFunction = IRP_MJ_READ;
    IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length = 99;
    REQUIRE(NT_SUCCESS(PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, Finish, NULL)));
    CHECK_EQ(IoForwardIrpSynchronously(device, irp), TRUE);
    CHECK_EQ(Forwarded, 99);
    CHECK_STATUS(irp->IoStatus.Status, STATUS_DEVICE_BUSY);
    CHECK_EQ(irp->CurrentLocation, 2);
    ZwWaitForSingleObject(thread, FALSE, NULL);
    ZwClose(thread);
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}

CONFORMANCE(IoForwardIrpSynchronously, FalseWithoutALocationLeft) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIRP irp = IoAllocateIrp(1, FALSE);
    REQUIRE(device && irp);
    IoSetNextIrpStackLocation(irp);
    CHECK_EQ(IoForwardIrpSynchronously(device, irp), FALSE);
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}
