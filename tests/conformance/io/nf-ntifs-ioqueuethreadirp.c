// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

NTKERNELAPI VOID NTAPI IoQueueThreadIrp(PIRP Irp);
NTKERNELAPI VOID NTAPI IoEnqueueIrp(PIRP Irp);

static VOID Queued(VOID(NTAPI* Queue)(PIRP)) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    IO_STATUS_BLOCK outcome = {{STATUS_PENDING}, 9};
    KEVENT event;
    PIRP irp;
    REQUIRE(device != NULL);
    irp = MakeIrp(device, IRP_MJ_READ);
    REQUIRE(irp != NULL);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp->UserEvent = &event;
    irp->UserIosb = &outcome;
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    AT_IRQL(APC_LEVEL, Queue(irp));
    CHECK(!IsListEmpty(&irp->ThreadListEntry));
    IoCallDriver(device, irp);
    CHECK(Arrives(&event));
    CHECK_STATUS(outcome.Status, STATUS_SUCCESS);
    IoDeleteDevice(device);
}

CONFORMANCE(IoQueueThreadIrp, TheIrpIsTheThreadsAndTheIoManagerFinishesIt) {
    Queued(IoQueueThreadIrp);
}
CONFORMANCE(IoEnqueueIrp, IsTheSameUnderItsOlderName) { Queued(IoEnqueueIrp); }
