// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetBaseFileSystemDeviceObject, GivesTheLowestDeviceOfTheFile) {
    PDEVICE_OBJECT upper = MakeDevice(NULL, 0), found = NULL;
    PFILE_OBJECT file = NULL;
    OPENED opened;
    REQUIRE(upper && OpenDevice(&opened, 0, 0));
    CHECK_SUCCESS(ObReferenceObjectByHandle(opened.File, 0, *IoFileObjectType, KernelMode,
                                            (PVOID*)&file, NULL));
    IoAttachDeviceToDeviceStack(upper, opened.Device);
    AT_IRQL(DISPATCH_LEVEL, found = IoGetBaseFileSystemDeviceObject(file));
    CHECK_EQ(found, opened.Device);
    IoDetachDevice(opened.Device);
    ObDereferenceObject(file);
    CloseDevice(&opened);
    IoDeleteDevice(upper);
}
