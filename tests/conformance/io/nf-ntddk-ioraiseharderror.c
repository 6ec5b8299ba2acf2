// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoRaiseHardError, CompletesTheIrpWithItsFailure) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIRP irp = IoAllocateIrp(1, FALSE);
    BOOLEAN before;
    KEVENT done;
    REQUIRE(device && irp);
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    IoSetCompletionRoutine(irp, KeepIrp, &done, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    irp->IoStatus.Status = STATUS_NO_MEDIA_IN_DEVICE;
    irp->IoStatus.Information = 12;
    before = IoSetThreadHardErrorMode(FALSE);
    IoRaiseHardError(irp, NULL, device);
    IoSetThreadHardErrorMode(before);
    CHECK(Arrives(&done));
    CHECK_STATUS(irp->IoStatus.Status, STATUS_NO_MEDIA_IN_DEVICE);
    CHECK_EQ(irp->IoStatus.Information, 0);
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}
