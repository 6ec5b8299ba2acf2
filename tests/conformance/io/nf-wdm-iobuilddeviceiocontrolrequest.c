// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static ULONG SeenMajor, SeenCode, SeenInput, SeenOutput;
static UCHAR SeenFirst;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    SeenMajor = here->MajorFunction;
    SeenCode = here->Parameters.DeviceIoControl.IoControlCode;
    SeenInput = here->Parameters.DeviceIoControl.InputBufferLength;
    SeenOutput = here->Parameters.DeviceIoControl.OutputBufferLength;
    CHECK_EQ(Irp->RequestorMode, KernelMode);
    if (SeenCode == IOCTL_BUFFERED) {
        UCHAR* data = Irp->AssociatedIrp.SystemBuffer;
        SeenFirst = data[0];
        data[0] = 0x77;
        return Complete(Irp, STATUS_SUCCESS, 1);
    }
    if (SeenCode == IOCTL_OUT_DIRECT) {
        UCHAR* data = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
        SeenFirst = *(UCHAR*)Irp->AssociatedIrp.SystemBuffer;
        data[0] = 0x88;
        return Complete(Irp, STATUS_SUCCESS, 1);
    }
    SeenFirst = *(UCHAR*)here->Parameters.DeviceIoControl.Type3InputBuffer;
    *(UCHAR*)Irp->UserBuffer = 0x99;
    return Complete(Irp, STATUS_SUCCESS, 1);
}

static NTSTATUS Send(PDEVICE_OBJECT Device, ULONG Code, BOOLEAN Internal, UCHAR* Output,
                     IO_STATUS_BLOCK* Outcome) {
    UCHAR input[8] = {0x11};
    KEVENT event;
    NTSTATUS status;
    PIRP irp;
    ConformanceDispatch = Answer;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildDeviceIoControlRequest(Code, Device, input, sizeof(input), Output, 4, Internal,
                                        &event, Outcome);
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    status = IoCallDriver(Device, irp);
    CHECK(Arrives(&event));
    CHECK_EQ(SeenCode, Code);
    CHECK_EQ(SeenInput, 8);
    CHECK_EQ(SeenOutput, 4);
    CHECK_EQ(SeenFirst, 0x11);
    CHECK_EQ(Outcome->Information, 1);
    return status;
}

CONFORMANCE(IoBuildDeviceIoControlRequest, EachMethodHasItsBuffers) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    UCHAR output[4] = {0};
    IO_STATUS_BLOCK outcome;
    REQUIRE(device != NULL);
    CHECK_STATUS(Send(device, IOCTL_BUFFERED, FALSE, output, &outcome), STATUS_SUCCESS);
    CHECK_EQ(output[0], 0x77);
    CHECK_EQ(SeenMajor, IRP_MJ_DEVICE_CONTROL);
    CHECK_STATUS(Send(device, IOCTL_OUT_DIRECT, FALSE, output, &outcome), STATUS_SUCCESS);
    CHECK_EQ(output[0], 0x88);
    CHECK_STATUS(Send(device, IOCTL_NEITHER, FALSE, output, &outcome), STATUS_SUCCESS);
    CHECK_EQ(output[0], 0x99);
    IoDeleteDevice(device);
}

CONFORMANCE(IoBuildDeviceIoControlRequest, InternalOnesHaveAnotherMajorFunction) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    UCHAR output[4] = {0};
    IO_STATUS_BLOCK outcome;
    REQUIRE(device != NULL);
    CHECK_STATUS(Send(device, IOCTL_BUFFERED, TRUE, output, &outcome), STATUS_SUCCESS);
    CHECK_EQ(SeenMajor, IRP_MJ_INTERNAL_DEVICE_CONTROL);
    IoDeleteDevice(device);
}
