// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetDeviceObjectPointer, GivesTheTopOfTheStackAndAFile) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(DEVICE_NAME);
    PDEVICE_OBJECT lower = MakeDevice(DEVICE_NAME, 0), upper = MakeDevice(NULL, 0), found = NULL;
    PFILE_OBJECT file = NULL;
    REQUIRE(lower && upper);
    IoAttachDeviceToDeviceStack(upper, lower);
    CHECK_STATUS(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &found), STATUS_SUCCESS);
    CHECK_EQ(found, upper);
    REQUIRE(file != NULL);
    CHECK_EQ(file->DeviceObject, lower);
    CHECK_EQ(lower->ReferenceCount, 1);
    ObDereferenceObject(file);
    CHECK_EQ(lower->ReferenceCount, 0);
    IoDetachDevice(lower);
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
}

CONFORMANCE(IoGetDeviceObjectPointer, RefusesNamesThatAreNoDevice) {
    UNICODE_STRING missing = RTL_CONSTANT_STRING(L"\\Device\\ConformanceNobody");
    UNICODE_STRING directory = RTL_CONSTANT_STRING(L"\\Device");
    PDEVICE_OBJECT device = NULL;
    PFILE_OBJECT file = NULL;
    CHECK_STATUS(IoGetDeviceObjectPointer(&missing, FILE_READ_DATA, &file, &device),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(IoGetDeviceObjectPointer(&directory, FILE_READ_DATA, &file, &device),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
