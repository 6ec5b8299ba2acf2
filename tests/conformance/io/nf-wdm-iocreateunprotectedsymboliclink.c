// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoCreateUnprotectedSymbolicLink, TheLinkLeadsToTheDevice) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\ConformanceIoOpenLink");
    UNICODE_STRING target = RTL_CONSTANT_STRING(DEVICE_NAME);
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    HANDLE file = NULL;
    REQUIRE(device != NULL);
    CHECK_STATUS(IoCreateUnprotectedSymbolicLink(&link, &target), STATUS_SUCCESS);
    CHECK_STATUS(IoCreateUnprotectedSymbolicLink(&link, &target), STATUS_OBJECT_NAME_COLLISION);
    CHECK_SUCCESS(OpenNamed(&file, L"\\??\\ConformanceIoOpenLink", FILE_READ_DATA, 0));
    if (file != NULL) ZwClose(file);
    CHECK_SUCCESS(IoDeleteSymbolicLink(&link));
    IoDeleteDevice(device);
}
