// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoAttachDevice, AttachesByName) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(DEVICE_NAME);
    static PDEVICE_OBJECT below;
    PDEVICE_OBJECT source = MakeDevice(NULL, 0), target = MakeDevice(DEVICE_NAME, 0);
    REQUIRE(source && target);
    CHECK_STATUS(IoAttachDevice(source, &name, &below), STATUS_SUCCESS);
    REQUIRE(below != NULL);
    CHECK_EQ(below, target);
    CHECK_EQ(target->AttachedDevice, source);
    CHECK_EQ(source->StackSize, 2);
    CHECK_EQ(target->ReferenceCount, 0);
    IoDetachDevice(below);
    IoDeleteDevice(source);
    IoDeleteDevice(target);
}

CONFORMANCE(IoAttachDevice, RefusesANameThatIsNotThere) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\ConformanceNobody");
    PDEVICE_OBJECT source = MakeDevice(NULL, 0), below = NULL;
    REQUIRE(source != NULL);
    CHECK_STATUS(IoAttachDevice(source, &name, &below), STATUS_OBJECT_NAME_NOT_FOUND);
    IoDeleteDevice(source);
}
