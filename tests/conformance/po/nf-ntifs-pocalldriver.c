/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

static UCHAR SeenMajor, SeenMinor;
static KIRQL SeenIrql;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    UNREFERENCED_PARAMETER(device);
    SeenMajor = at->MajorFunction;
    SeenMinor = at->MinorFunction;
    SeenIrql = KeGetCurrentIrql();
    PoStartNextPowerIrp(irp);
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI Keep(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    UNREFERENCED_PARAMETER(device);
    UNREFERENCED_PARAMETER(irp);
    UNREFERENCED_PARAMETER(context);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Sends a power IRP to a device of this driver; the IRP's status, or what the driver returned. */
static NTSTATUS Send(PDEVICE_OBJECT device, KIRQL level, NTSTATUS* returned) {
    PIRP irp = IoAllocateIrp(device->StackSize, FALSE);
    PIO_STACK_LOCATION next;
    NTSTATUS status;
    KIRQL old;
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_POWER;
    next->MinorFunction = IRP_MN_QUERY_POWER;
    IoSetCompletionRoutine(irp, Keep, NULL, TRUE, TRUE, TRUE);
    KeRaiseIrql(level, &old);
    *returned = PoCallDriver(device, irp);
    KeLowerIrql(old);
    status = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}

static PDEVICE_OBJECT MakeDevice(VOID) {
    PDEVICE_OBJECT device;
    if (!NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device))) return NULL;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    ConformanceDispatch = Answer;
    return device;
}

CONFORMANCE(PoCallDriver, HandsTheIrpToTheDriver) {
    NTSTATUS returned = STATUS_UNSUCCESSFUL;
    PDEVICE_OBJECT device = MakeDevice();
    REQUIRE(device != NULL);
    CHECK_STATUS(Send(device, PASSIVE_LEVEL, &returned), STATUS_SUCCESS);
    CHECK_STATUS(returned, STATUS_SUCCESS);
    CHECK_EQ(SeenMajor, IRP_MJ_POWER);
    CHECK_EQ(SeenMinor, IRP_MN_QUERY_POWER);
    ConformanceDispatch = NULL;
    IoDeleteDevice(device);
}

CONFORMANCE(PoCallDriver, MayBeCalledAtDispatchLevel) {
    NTSTATUS returned = STATUS_UNSUCCESSFUL;
    PDEVICE_OBJECT device = MakeDevice();
    REQUIRE(device != NULL);
    CHECK_STATUS(Send(device, DISPATCH_LEVEL, &returned), STATUS_SUCCESS);
    CHECK_EQ(SeenIrql, DISPATCH_LEVEL);
    ConformanceDispatch = NULL;
    IoDeleteDevice(device);
}

CONFORMANCE(PoStartNextPowerIrp, LeavesTheIrpAsItIs) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    REQUIRE(irp != NULL);
    irp->IoStatus.Status = STATUS_PENDING;
    PoStartNextPowerIrp(irp);
    CHECK_STATUS(irp->IoStatus.Status, STATUS_PENDING);
    AT_IRQL(DISPATCH_LEVEL, PoStartNextPowerIrp(irp));
    CHECK_EQ(irp->CurrentLocation, 2);
    IoFreeIrp(irp);
}
