// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoAttachDeviceToDeviceStackSafe, WritesTheDeviceBelow) {
    PDEVICE_OBJECT source = MakeDevice(NULL, 0), target = MakeDevice(NULL, 0), below = NULL;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    REQUIRE(source && target);
    AT_IRQL(DISPATCH_LEVEL, status = IoAttachDeviceToDeviceStackSafe(source, target, &below));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_EQ(below, target);
    CHECK_EQ(source->StackSize, 2);
    IoDetachDevice(below);
    IoDeleteDevice(source);
    IoDeleteDevice(target);
}

CONFORMANCE(IoAttachDeviceToDeviceStackSafe, RefusesATargetThatIsBeingDeleted) {
    PDEVICE_OBJECT source = MakeDevice(NULL, 0), target = MakeDevice(DEVICE_NAME, 0), below = NULL;
    HANDLE file = NULL;
    REQUIRE(source && target);
    REQUIRE(NT_SUCCESS(OpenNamed(&file, DEVICE_NAME, FILE_READ_DATA, 0)));
    IoDeleteDevice(target);
    CHECK_STATUS(IoAttachDeviceToDeviceStackSafe(source, target, &below), STATUS_NO_SUCH_DEVICE);
    CHECK_EQ(below, NULL);
    ZwClose(file);
    IoDeleteDevice(source);
}
