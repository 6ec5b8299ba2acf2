/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

NTKERNELAPI VOID NTAPI PoSetDeviceBusyEx(PULONG IdlePointer);

static KEVENT Powered;
static DEVICE_POWER_STATE Asked;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    UNREFERENCED_PARAMETER(device);
    if (at->MajorFunction == IRP_MJ_POWER && at->MinorFunction == IRP_MN_SET_POWER) {
        Asked = at->Parameters.Power.State.DeviceState;
        KeSetEvent(&Powered, 0, FALSE);
    }
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static PDEVICE_OBJECT MakeDevice(VOID) {
    PDEVICE_OBJECT device;
    KeInitializeEvent(&Powered, NotificationEvent, FALSE);
    Asked = PowerDeviceUnspecified;
    if (!NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device))) return NULL;
    device->Flags |= DO_POWER_PAGABLE;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    ConformanceDispatch = Answer;
    return device;
}

static VOID Unmake(PDEVICE_OBJECT device) {
    PoRegisterDeviceForIdleDetection(device, 0, 0, PowerDeviceD3);
    ConformanceDispatch = NULL;
    IoDeleteDevice(device);
}

CONFORMANCE(PoRegisterDeviceForIdleDetection, AnIdleDeviceIsPoweredDown) {
    LARGE_INTEGER timeout;
    PDEVICE_OBJECT device = MakeDevice();
    REQUIRE(device != NULL);
    CHECK(PoRegisterDeviceForIdleDetection(device, 1, 1, PowerDeviceD3) != NULL);
    timeout.QuadPart = -100000000LL;
    CHECK_STATUS(KeWaitForSingleObject(&Powered, Executive, KernelMode, FALSE, &timeout), STATUS_SUCCESS);
    CHECK_EQ(Asked, PowerDeviceD3);
    Unmake(device);
}

CONFORMANCE(PoRegisterDeviceForIdleDetection, BothTimesZeroEndIt) {
    PDEVICE_OBJECT device = MakeDevice();
    REQUIRE(device != NULL);
    CHECK(PoRegisterDeviceForIdleDetection(device, 60, 60, PowerDeviceD3) != NULL);
    CHECK_EQ(PoRegisterDeviceForIdleDetection(device, 0, 0, PowerDeviceD3), NULL);
    Unmake(device);
}

CONFORMANCE(PoSetDeviceBusyEx, StartsTheCounterAnew) {
    PULONG counter;
    PDEVICE_OBJECT device = MakeDevice();
    REQUIRE(device != NULL);
    counter = PoRegisterDeviceForIdleDetection(device, 60, 60, PowerDeviceD3);
    REQUIRE(counter != NULL);
    *counter = 7;
    AT_IRQL(DISPATCH_LEVEL, PoSetDeviceBusyEx(counter));
    CHECK(*counter <= 1); /* the second's tick may have come between */
    Unmake(device);
}
