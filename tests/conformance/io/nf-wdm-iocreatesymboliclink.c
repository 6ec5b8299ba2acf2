// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoCreateSymbolicLink, TheLinkLeadsToTheDevice) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\ConformanceIoLink");
    UNICODE_STRING target = RTL_CONSTANT_STRING(DEVICE_NAME);
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    HANDLE file = NULL;
    REQUIRE(device != NULL);
    CHECK_STATUS(IoCreateSymbolicLink(&link, &target), STATUS_SUCCESS);
    CHECK_SUCCESS(OpenNamed(&file, L"\\??\\conformanceIOlink", FILE_READ_DATA, 0));
    if (file != NULL) ZwClose(file);
    CHECK_STATUS(IoDeleteSymbolicLink(&link), STATUS_SUCCESS);
    IoDeleteDevice(device);
}

CONFORMANCE(IoCreateSymbolicLink, RefusesNamesInUseAndMissingDirectories) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\ConformanceIoLink");
    UNICODE_STRING nowhere = RTL_CONSTANT_STRING(L"\\ConformanceNoDirectory\\Link");
    UNICODE_STRING target = RTL_CONSTANT_STRING(DEVICE_NAME);
    CHECK_SUCCESS(IoCreateSymbolicLink(&link, &target));
    CHECK_STATUS(IoCreateSymbolicLink(&link, &target), STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS(IoCreateSymbolicLink(&nowhere, &target), STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_SUCCESS(IoDeleteSymbolicLink(&link));
}
