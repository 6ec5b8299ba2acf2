// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

#undef IoValidateDeviceIoControlAccess
NTKERNELAPI NTSTATUS NTAPI IoValidateDeviceIoControlAccess(PIRP Irp, ULONG RequiredAccess);

static NTSTATUS ForRead, ForWrite, ForNonsense;

static NTSTATUS NTAPI Validate(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        Irp->RequestorMode = UserMode;
        ForRead = IoValidateDeviceIoControlAccess(Irp, FILE_READ_ACCESS);
        ForWrite = IoValidateDeviceIoControlAccess(Irp, FILE_READ_ACCESS | FILE_WRITE_ACCESS);
        ForNonsense = IoValidateDeviceIoControlAccess(Irp, 0x80);
        Irp->RequestorMode = KernelMode;
    }
    return Complete(Irp, STATUS_SUCCESS, 0);
}

CONFORMANCE(IoValidateDeviceIoControlAccess, ChecksTheRightsOfTheOpen) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    IO_STATUS_BLOCK outcome;
    HANDLE file = NULL, lesser = NULL;
    REQUIRE(device != NULL);
    ConformanceDispatch = Validate;
    REQUIRE(NT_SUCCESS(
        OpenNamed(&file, DEVICE_NAME, FILE_READ_DATA | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT)));
    CHECK_SUCCESS(
        ZwDeviceIoControlFile(file, NULL, NULL, NULL, &outcome, IOCTL_NEITHER, NULL, 0, NULL, 0));
    CHECK_STATUS(ForRead, STATUS_SUCCESS);
    CHECK_STATUS(ForWrite, STATUS_ACCESS_DENIED);
    CHECK_STATUS(ForNonsense, STATUS_INVALID_PARAMETER);
    /* A duplicate with fewer rights has fewer. */
    CHECK_SUCCESS(ZwDuplicateObject(ZwCurrentProcess(), file, ZwCurrentProcess(), &lesser,
                                    SYNCHRONIZE, OBJ_KERNEL_HANDLE, 0));
    CHECK_SUCCESS(
        ZwDeviceIoControlFile(lesser, NULL, NULL, NULL, &outcome, IOCTL_NEITHER, NULL, 0, NULL, 0));
    CHECK_STATUS(ForRead, STATUS_ACCESS_DENIED);
    ConformanceDispatch = NULL;
    ZwClose(lesser);
    ZwClose(file);
    IoDeleteDevice(device);
}
