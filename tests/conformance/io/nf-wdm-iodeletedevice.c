// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoDeleteDevice, TakesTheDeviceOffTheDriversList) {
    PDEVICE_OBJECT before = ConformanceDriver->DeviceObject, device = MakeDevice(NULL, 0);
    REQUIRE(device != NULL);
    IoDeleteDevice(device);
    CHECK_EQ(ConformanceDriver->DeviceObject, before);
}

CONFORMANCE(IoDeleteDevice, NoNewFileOpensWhileAnOldOneLasts) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    HANDLE file = NULL, late = NULL;
    IO_STATUS_BLOCK outcome;
    REQUIRE(device != NULL);
    REQUIRE(NT_SUCCESS(OpenNamed(&file, DEVICE_NAME, FILE_READ_DATA | FILE_WRITE_DATA, 0)));
    IoDeleteDevice(device);
    CHECK(!NT_SUCCESS(OpenNamed(&late, DEVICE_NAME, FILE_READ_DATA, 0)));
    CHECK_SUCCESS(ZwFlushBuffersFile(file, &outcome));
    CHECK_SUCCESS(ZwClose(file));
}

CONFORMANCE(IoDeleteDevice, RunsAtApcLevel) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    REQUIRE(device != NULL);
    AT_IRQL(APC_LEVEL, IoDeleteDevice(device));
}
