// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetLowerDeviceObject, GivesTheNextLowerReferenced) {
    PDEVICE_OBJECT lower = MakeDevice(NULL, 0), upper = MakeDevice(NULL, 0), found = NULL;
    REQUIRE(lower && upper);
    IoAttachDeviceToDeviceStack(upper, lower);
    AT_IRQL(DISPATCH_LEVEL, found = IoGetLowerDeviceObject(upper));
    CHECK_EQ(found, lower);
    if (found != NULL) ObDereferenceObject(found);
    CHECK_EQ(IoGetLowerDeviceObject(lower), NULL);
    IoDetachDevice(lower);
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
}
