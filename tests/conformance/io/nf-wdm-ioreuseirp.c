// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoReuseIrp, IsFreshWithTheStatusGiven) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIRP irp;
    int turn;
    REQUIRE(device != NULL);
    irp = IoAllocateIrp(device->StackSize, FALSE);
    REQUIRE(irp != NULL);
    for (turn = 0; turn < 2; turn++) {
        AT_IRQL(DISPATCH_LEVEL, IoReuseIrp(irp, STATUS_NOT_SUPPORTED));
        CHECK_STATUS(irp->IoStatus.Status, STATUS_NOT_SUPPORTED);
        CHECK_EQ(irp->CurrentLocation, irp->StackCount + 1);
        CHECK_EQ(irp->Cancel, FALSE);
        IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_READ;
        IoSetCompletionRoutine(irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
        CHECK_STATUS(IoCallDriver(device, irp), STATUS_SUCCESS);
        irp->Cancel = TRUE;
    }
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}
