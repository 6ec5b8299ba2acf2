// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoDeleteSymbolicLink, TheNameIsGone) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\??\\ConformanceIoLink");
    UNICODE_STRING target = RTL_CONSTANT_STRING(DEVICE_NAME);
    HANDLE file = NULL;
    CHECK_SUCCESS(IoCreateSymbolicLink(&link, &target));
    CHECK_STATUS(IoDeleteSymbolicLink(&link), STATUS_SUCCESS);
    CHECK_STATUS(OpenNamed(&file, L"\\??\\ConformanceIoLink", FILE_READ_DATA, 0),
                 STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(IoDeleteSymbolicLink, RefusesWhatIsNoLink) {
    UNICODE_STRING missing = RTL_CONSTANT_STRING(L"\\??\\ConformanceNoLink");
    UNICODE_STRING device = RTL_CONSTANT_STRING(DEVICE_NAME);
    PDEVICE_OBJECT made = MakeDevice(DEVICE_NAME, 0);
    REQUIRE(made != NULL);
    CHECK_STATUS(IoDeleteSymbolicLink(&missing), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(IoDeleteSymbolicLink(&device), STATUS_OBJECT_TYPE_MISMATCH);
    IoDeleteDevice(made);
}
