// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static NTSTATUS NTAPI AnswerRead(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction != IRP_MJ_READ) return Complete(Irp, STATUS_SUCCESS, 0);
    RtlFillMemory(Irp->AssociatedIrp.SystemBuffer, here->Parameters.Read.Length,
                  here->Parameters.Read.ByteOffset.LowPart);
    return Complete(Irp, STATUS_SUCCESS, here->Parameters.Read.Length);
}

CONFORMANCE(IoBuildSynchronousFsdRequest, TheIoManagerFinishesTheIrp) {
    PDEVICE_OBJECT device = MakeDevice(NULL, DO_BUFFERED_IO);
    LARGE_INTEGER offset = {.QuadPart = 7};
    IO_STATUS_BLOCK outcome = {{0}, 0};
    UCHAR buffer[16] = {0}, expected[16];
    KEVENT event;
    PIRP irp;
    REQUIRE(device != NULL);
    ConformanceDispatch = AnswerRead;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, device, buffer, sizeof(buffer), &offset, &event,
                                       &outcome);
    REQUIRE(irp != NULL);
    CHECK_EQ(irp->UserEvent, &event);
    CHECK_STATUS(IoCallDriver(device, irp), STATUS_SUCCESS);
    CHECK(Arrives(&event));
    CHECK_STATUS(outcome.Status, STATUS_SUCCESS);
    CHECK_EQ(outcome.Information, sizeof(buffer));
    RtlFillMemory(expected, sizeof(expected), 7);
    CHECK_BYTES(buffer, expected, sizeof(buffer));
    IoDeleteDevice(device);
}

static PIRP Held;

static NTSTATUS NTAPI Hold(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    IoMarkIrpPending(Irp);
    Held = Irp;
    return STATUS_PENDING;
}

CONFORMANCE(IoBuildSynchronousFsdRequest, APendingOneSignalsTheEventWithItsFailure) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    IO_STATUS_BLOCK outcome = {{0}, 0};
    KEVENT event;
    PIRP irp;
    REQUIRE(device != NULL);
    ConformanceDispatch = Hold;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_SHUTDOWN, device, NULL, 0, NULL, &event, &outcome);
    REQUIRE(irp != NULL);
    CHECK_STATUS(IoCallDriver(device, irp), STATUS_PENDING);
    CHECK_EQ(KeReadStateEvent(&event), 0);
    Complete(Held, STATUS_DEVICE_NOT_READY, 0);
    CHECK(Arrives(&event));
    CHECK_STATUS(outcome.Status, STATUS_DEVICE_NOT_READY);
    IoDeleteDevice(device);
}
