// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

NTKERNELAPI PIRP NTAPI IoAllocateIrpEx(PDEVICE_OBJECT DeviceObject, CCHAR StackSize,
                                       BOOLEAN ChargeQuota);

CONFORMANCE(IoAllocateIrpEx, GivesAnInitializedIrpForTheDevice) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIRP irp = NULL;
    REQUIRE(device != NULL);
    AT_IRQL(DISPATCH_LEVEL, irp = IoAllocateIrpEx(device, device->StackSize, FALSE));
    REQUIRE(irp != NULL);
    CHECK_EQ(irp->Type, IO_TYPE_IRP);
    CHECK_EQ(irp->StackCount, 1);
    CHECK_EQ(irp->CurrentLocation, 2);
    CHECK_EQ(irp->Tail.Overlay.Thread, NULL);
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}
