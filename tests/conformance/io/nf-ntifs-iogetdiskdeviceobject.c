// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetDiskDeviceObject, RefusesWhatIsNoVolume) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0), disk = NULL, found = (PDEVICE_OBJECT)1;
    NTSTATUS status = STATUS_SUCCESS;
    REQUIRE(device != NULL);
    AT_IRQL(DISPATCH_LEVEL, status = IoGetDiskDeviceObject(device, &found));
    CHECK_STATUS(status, STATUS_INVALID_PARAMETER);
    REQUIRE(
        NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK, 0, FALSE, &disk)));
    CHECK_STATUS(IoGetDiskDeviceObject(disk, &found), STATUS_INVALID_PARAMETER);
    IoDeleteDevice(disk);
    IoDeleteDevice(device);
}
