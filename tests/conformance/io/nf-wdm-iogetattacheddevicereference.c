// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetAttachedDeviceReference, GivesTheTopReferenced) {
    PDEVICE_OBJECT lower = MakeDevice(NULL, 0), upper = MakeDevice(NULL, 0), top = NULL;
    REQUIRE(lower && upper);
    IoAttachDeviceToDeviceStack(upper, lower);
    AT_IRQL(DISPATCH_LEVEL, top = IoGetAttachedDeviceReference(lower));
    CHECK_EQ(top, upper);
    IoDetachDevice(lower);
    IoDeleteDevice(upper);
    /* The reference keeps the object's memory. */
    REQUIRE(upper->Type == IO_TYPE_DEVICE);
    ObDereferenceObject(top);
    IoDeleteDevice(lower);
}

CONFORMANCE(IoGetAttachedDeviceReference, GivesTheDeviceItselfWhenNothingIsAttached) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    REQUIRE(device != NULL);
    CHECK_EQ(IoGetAttachedDeviceReference(device), device);
    ObDereferenceObject(device);
    IoDeleteDevice(device);
}
