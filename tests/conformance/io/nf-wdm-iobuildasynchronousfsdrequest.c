// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static UCHAR Buffer[64];

CONFORMANCE(IoBuildAsynchronousFsdRequest, FillsInTheNextLocation) {
    PDEVICE_OBJECT device = MakeDevice(NULL, DO_DIRECT_IO);
    LARGE_INTEGER offset = {.QuadPart = 0x123456789LL};
    IO_STATUS_BLOCK outcome;
    PIO_STACK_LOCATION next;
    PIRP irp;
    REQUIRE(device != NULL);
    irp = IoBuildAsynchronousFsdRequest(IRP_MJ_WRITE, device, Buffer, sizeof(Buffer), &offset,
                                        &outcome);
    REQUIRE(irp != NULL);
    next = IoGetNextIrpStackLocation(irp);
    CHECK_EQ(next->MajorFunction, IRP_MJ_WRITE);
    CHECK_EQ(next->Parameters.Write.Length, sizeof(Buffer));
    CHECK_EQ(next->Parameters.Write.ByteOffset.QuadPart, offset.QuadPart);
    CHECK_EQ(irp->UserIosb, &outcome);
    CHECK_EQ(irp->Tail.Overlay.Thread, PsGetCurrentThread());
    REQUIRE(irp->MdlAddress != NULL);
    CHECK_EQ(MmGetMdlByteCount(irp->MdlAddress), sizeof(Buffer));
    CHECK_EQ(MmGetMdlVirtualAddress(irp->MdlAddress), Buffer);
    MmUnlockPages(irp->MdlAddress);
    IoFreeMdl(irp->MdlAddress);
    irp->MdlAddress = NULL;
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}

CONFORMANCE(IoBuildAsynchronousFsdRequest, ABufferedDeviceGetsACopyThatTheDriverFrees) {
    PDEVICE_OBJECT device = MakeDevice(NULL, DO_BUFFERED_IO);
    IO_STATUS_BLOCK outcome;
    PIRP irp;
    REQUIRE(device != NULL);
    Buffer[0] = 0x5A;
    irp =
        IoBuildAsynchronousFsdRequest(IRP_MJ_WRITE, device, Buffer, sizeof(Buffer), NULL, &outcome);
    REQUIRE(irp != NULL);
    REQUIRE(irp->AssociatedIrp.SystemBuffer != NULL);
    REQUIRE(irp->AssociatedIrp.SystemBuffer != Buffer);
    CHECK_BYTES(irp->AssociatedIrp.SystemBuffer, Buffer, sizeof(Buffer));
    ExFreePool(irp->AssociatedIrp.SystemBuffer);
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}

CONFORMANCE(IoBuildAsynchronousFsdRequest, AFlushNeedsNoBufferAndRunsAtApcLevel) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIRP irp = NULL;
    REQUIRE(device != NULL);
    AT_IRQL(APC_LEVEL,
            irp = IoBuildAsynchronousFsdRequest(IRP_MJ_FLUSH_BUFFERS, device, NULL, 0, NULL, NULL));
    REQUIRE(irp != NULL);
    CHECK_EQ(IoGetNextIrpStackLocation(irp)->MajorFunction, IRP_MJ_FLUSH_BUFFERS);
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}
