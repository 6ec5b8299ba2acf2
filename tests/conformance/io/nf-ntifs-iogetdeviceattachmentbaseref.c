// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetDeviceAttachmentBaseRef, GivesTheBottomReferenced) {
    PDEVICE_OBJECT lower = MakeDevice(NULL, 0), upper = MakeDevice(NULL, 0), found = NULL;
    REQUIRE(lower && upper);
    IoAttachDeviceToDeviceStack(upper, lower);
    AT_IRQL(DISPATCH_LEVEL, found = IoGetDeviceAttachmentBaseRef(upper));
    CHECK_EQ(found, lower);
    ObDereferenceObject(found);
    CHECK_EQ(IoGetDeviceAttachmentBaseRef(lower), lower);
    ObDereferenceObject(lower);
    IoDetachDevice(lower);
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
}
