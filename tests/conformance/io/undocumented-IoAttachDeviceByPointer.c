// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

/* In ntddk.h without a page any more; IoAttachDeviceToDeviceStack took its place. */
CONFORMANCE(IoAttachDeviceByPointer, AttachesToTheTop) {
    PDEVICE_OBJECT lower = MakeDevice(DEVICE_NAME, 0), upper = MakeDevice(NULL, 0);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    HANDLE file = NULL;
    REQUIRE(lower && upper);
    AT_IRQL(DISPATCH_LEVEL, status = IoAttachDeviceByPointer(upper, lower));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_EQ(lower->AttachedDevice, upper);
    CHECK_EQ(upper->StackSize, 2);
    IoDetachDevice(lower);
    REQUIRE(NT_SUCCESS(OpenNamed(&file, DEVICE_NAME, FILE_READ_DATA, 0)));
    IoDeleteDevice(lower);
    CHECK_STATUS(IoAttachDeviceByPointer(upper, lower), STATUS_NO_SUCH_DEVICE);
    ZwClose(file);
    IoDeleteDevice(upper);
}
