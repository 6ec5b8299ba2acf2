// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoAttachDeviceToDeviceStack, AttachesToTheTopAndCountsTheStack) {
    PDEVICE_OBJECT bottom = MakeDevice(NULL, 0), middle = MakeDevice(NULL, 0);
    PDEVICE_OBJECT top = MakeDevice(NULL, 0);
    REQUIRE(bottom && middle && top);
    bottom->AlignmentRequirement = FILE_WORD_ALIGNMENT;
    CHECK_EQ(IoAttachDeviceToDeviceStack(middle, bottom), bottom);
    CHECK_EQ(IoAttachDeviceToDeviceStack(top, bottom), middle);
    CHECK_EQ(bottom->AttachedDevice, middle);
    CHECK_EQ(middle->AttachedDevice, top);
    CHECK_EQ(middle->StackSize, 2);
    CHECK_EQ(top->StackSize, 3);
    CHECK_EQ(top->AlignmentRequirement, FILE_WORD_ALIGNMENT);
    IoDetachDevice(middle);
    IoDetachDevice(bottom);
    IoDeleteDevice(top);
    IoDeleteDevice(middle);
    IoDeleteDevice(bottom);
}

CONFORMANCE(IoAttachDeviceToDeviceStack, GivesNullForATargetThatIsBeingDeleted) {
    PDEVICE_OBJECT source = MakeDevice(NULL, 0), target = MakeDevice(DEVICE_NAME, 0);
    HANDLE file = NULL;
    REQUIRE(source && target);
    REQUIRE(NT_SUCCESS(OpenNamed(&file, DEVICE_NAME, FILE_READ_DATA, 0)));
    IoDeleteDevice(target);
    CHECK_EQ(IoAttachDeviceToDeviceStack(source, target), NULL);
    ZwClose(file);
    IoDeleteDevice(source);
}

CONFORMANCE(IoAttachDeviceToDeviceStack, RunsAtDispatchLevel) {
    PDEVICE_OBJECT source = MakeDevice(NULL, 0), target = MakeDevice(NULL, 0), below = NULL;
    REQUIRE(source && target);
    AT_IRQL(DISPATCH_LEVEL, below = IoAttachDeviceToDeviceStack(source, target));
    CHECK_EQ(below, target);
    AT_IRQL(DISPATCH_LEVEL, IoDetachDevice(target));
    IoDeleteDevice(source);
    IoDeleteDevice(target);
}
