// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

/* The header makes a macro of it; the export is for those that look it up by name. */
#undef IoCallDriver
NTKERNELAPI NTSTATUS NTAPI IoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);

static PDEVICE_OBJECT SeenDevice;
static CCHAR SeenLocation;

static NTSTATUS NTAPI Look(PDEVICE_OBJECT Device, PIRP Irp) {
    SeenDevice = IoGetCurrentIrpStackLocation(Irp)->DeviceObject;
    CHECK_EQ(SeenDevice, Device);
    CHECK_EQ(IoGetCurrentIrpStackLocation(Irp)->MajorFunction, IRP_MJ_READ);
    SeenLocation = Irp->CurrentLocation;
    return Complete(Irp, STATUS_DEVICE_BUSY, 0);
}

CONFORMANCE(IoCallDriver, TheNextLocationBecomesTheDriversAndNamesItsDevice) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIRP irp;
    REQUIRE(device != NULL);
    irp = MakeIrp(device, IRP_MJ_READ);
    REQUIRE(irp != NULL);
    IoSetCompletionRoutine(irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
    ConformanceDispatch = Look;
    CHECK_STATUS(IoCallDriver(device, irp), STATUS_DEVICE_BUSY);
    CHECK_EQ(SeenDevice, device);
    CHECK_EQ(SeenLocation, 1);
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}
