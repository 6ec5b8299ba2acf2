// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

/* In wdm.h without a page of its own: sends the IRP, whose next location is set, and waits until
 * the driver has completed it; the caller keeps the IRP. */
NTKERNELAPI NTSTATUS NTAPI IoSynchronousCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);

static NTSTATUS NTAPI Refuse(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    return Complete(Irp, STATUS_DEVICE_NOT_READY, 0);
}

CONFORMANCE(IoSynchronousCallDriver, GivesTheStatusOfTheIrpAndTheIrpBack) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIRP irp;
    REQUIRE(device != NULL);
    irp = MakeIrp(device, IRP_MJ_READ);
    REQUIRE(irp != NULL);
    CHECK_STATUS(IoSynchronousCallDriver(device, irp), STATUS_SUCCESS);
    IoReuseIrp(irp, STATUS_SUCCESS);
    ConformanceDispatch = Refuse;
    CHECK_STATUS(IoSynchronousCallDriver(device, irp), STATUS_DEVICE_NOT_READY);
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}
