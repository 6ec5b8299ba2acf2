// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetAttachedDevice, GivesTheTopOfTheStack) {
    PDEVICE_OBJECT lower = MakeDevice(NULL, 0), upper = MakeDevice(NULL, 0), top = NULL;
    REQUIRE(lower && upper);
    CHECK_EQ(IoGetAttachedDevice(lower), lower);
    IoAttachDeviceToDeviceStack(upper, lower);
    AT_IRQL(DISPATCH_LEVEL, top = IoGetAttachedDevice(lower));
    CHECK_EQ(top, upper);
    IoDetachDevice(lower);
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
}
