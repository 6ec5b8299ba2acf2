// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoDetachDevice, TakesTheUpperDeviceOff) {
    PDEVICE_OBJECT lower = MakeDevice(NULL, 0), upper = MakeDevice(NULL, 0);
    REQUIRE(lower && upper);
    IoAttachDeviceToDeviceStack(upper, lower);
    AT_IRQL(DISPATCH_LEVEL, IoDetachDevice(lower));
    CHECK_EQ(lower->AttachedDevice, NULL);
    CHECK_EQ(IoGetAttachedDevice(lower), lower);
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
}

CONFORMANCE(IoDetachDevice, ALowerDeviceDeletedBeforeStaysUntilDetached) {
    PDEVICE_OBJECT lower = MakeDevice(NULL, 0), upper = MakeDevice(NULL, 0);
    REQUIRE(lower && upper);
    IoAttachDeviceToDeviceStack(upper, lower);
    IoDeleteDevice(lower);
    CHECK_EQ(lower->AttachedDevice, upper);
    IoDetachDevice(lower);
    IoDeleteDevice(upper);
}
