// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

/* Exported, used by file system filters, without a page. Fact: the name; the requests that the
 * thread has under way are cancelled as by IoCancelIrp. */
NTKERNELAPI VOID NTAPI IoCancelThreadIo(PETHREAD Thread);

static VOID NTAPI CancelRoutine(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    Complete(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS NTAPI Hold(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, CancelRoutine);
    return STATUS_PENDING;
}

CONFORMANCE(IoCancelThreadIo, CancelsWhatTheThreadHasUnderWay) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    IO_STATUS_BLOCK outcome = {{0}, 0};
    KEVENT event;
    PIRP irp;
    REQUIRE(device != NULL);
    ConformanceDispatch = Hold;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp =
        IoBuildSynchronousFsdRequest(IRP_MJ_FLUSH_BUFFERS, device, NULL, 0, NULL, &event, &outcome);
    REQUIRE(irp != NULL);
    CHECK_STATUS(IoCallDriver(device, irp), STATUS_PENDING);
    IoCancelThreadIo(PsGetCurrentThread());
    CHECK(Arrives(&event));
    CHECK_STATUS(outcome.Status, STATUS_CANCELLED);
    IoDeleteDevice(device);
}
