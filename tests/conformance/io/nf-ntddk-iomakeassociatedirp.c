// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static PIRP Parts[2];

static NTSTATUS NTAPI Split(PDEVICE_OBJECT Device, PIRP Irp) {
    int i;
    UNREFERENCED_PARAMETER(Device);
    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction != IRP_MJ_WRITE)
        return Complete(Irp, STATUS_SUCCESS, 0);
    IoMarkIrpPending(Irp);
    for (i = 0; i < 2; i++) Parts[i] = IoMakeAssociatedIrp(Irp, 1);
    Irp->AssociatedIrp.IrpCount = 2;
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 5;
    return STATUS_PENDING;
}

CONFORMANCE(IoMakeAssociatedIrp, TheLastPartCompletesTheMaster) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0), lower = MakeDevice(NULL, 0);
    IO_STATUS_BLOCK outcome = {{0}, 0};
    KEVENT event;
    PIRP irp;
    int i;
    REQUIRE(device && lower);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    ConformanceDispatch = Split;
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_WRITE, device, NULL, 0, NULL, &event, &outcome);
    REQUIRE(irp != NULL);
    CHECK_STATUS(IoCallDriver(device, irp), STATUS_PENDING);
    ConformanceDispatch = NULL;
    for (i = 0; i < 2; i++) {
        REQUIRE(Parts[i] != NULL);
        CHECK_EQ(Parts[i]->AssociatedIrp.MasterIrp, irp);
        CHECK((Parts[i]->Flags & IRP_ASSOCIATED_IRP) != 0);
        CHECK_EQ(KeReadStateEvent(&event), 0);
        IoGetNextIrpStackLocation(Parts[i])->MajorFunction = IRP_MJ_READ;
        AT_IRQL(DISPATCH_LEVEL, IoCallDriver(lower, Parts[i]));
    }
    CHECK(Arrives(&event));
    CHECK_EQ(outcome.Information, 5);
    IoDeleteDevice(lower);
    IoDeleteDevice(device);
}
