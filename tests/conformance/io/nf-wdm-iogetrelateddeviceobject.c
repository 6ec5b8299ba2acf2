// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetRelatedDeviceObject, GivesTheTopOfTheFilesStack) {
    PDEVICE_OBJECT lower = MakeDevice(DEVICE_NAME, 0), upper = MakeDevice(NULL, 0), found = NULL;
    PFILE_OBJECT file = NULL;
    HANDLE handle = NULL;
    REQUIRE(lower && upper);
    REQUIRE(NT_SUCCESS(OpenNamed(&handle, DEVICE_NAME, FILE_READ_DATA, 0)));
    CHECK_SUCCESS(
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, (PVOID*)&file, NULL));
    AT_IRQL(DISPATCH_LEVEL, found = IoGetRelatedDeviceObject(file));
    CHECK_EQ(found, lower);
    CHECK_EQ(file->DeviceObject, lower);
    IoAttachDeviceToDeviceStack(upper, lower);
    CHECK_EQ(IoGetRelatedDeviceObject(file), upper);
    IoDetachDevice(lower);
    ObDereferenceObject(file);
    ZwClose(handle);
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
}
