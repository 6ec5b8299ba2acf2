/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

CONFORMANCE(IoGetDeviceProperty, EnumeratorNameIsTheBus) {
    WCHAR name[32];
    ULONG length = 0;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoGetDeviceProperty(TestPdo(), DevicePropertyEnumeratorName, sizeof(name), name, &length), STATUS_SUCCESS);
    CHECK_EQ(length, (ULONG)sizeof(L"ROOT"));
    CHECK_BYTES(name, L"ROOT", sizeof(L"ROOT"));
}

CONFORMANCE(IoGetDeviceProperty, ATooSmallBufferLearnsTheLength) {
    WCHAR name[2];
    ULONG length = 0;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoGetDeviceProperty(TestPdo(), DevicePropertyEnumeratorName, sizeof(name), name, &length), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(length, (ULONG)sizeof(L"ROOT"));
    length = 0;
    CHECK_STATUS(IoGetDeviceProperty(TestPdo(), DevicePropertyEnumeratorName, 0, NULL, &length), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(length, (ULONG)sizeof(L"ROOT"));
}

CONFORMANCE(IoGetDeviceProperty, ObjectNameLeadsToTheDevice) {
    WCHAR name[64];
    ULONG length = 0;
    UNICODE_STRING text;
    PFILE_OBJECT file;
    PDEVICE_OBJECT device;
    STACK stack;
    REQUIRE(StackUp(&stack, NULL));
    CHECK_STATUS(IoGetDeviceProperty(TestPdo(), DevicePropertyPhysicalDeviceObjectName, sizeof(name), name, &length), STATUS_SUCCESS);
    RtlInitUnicodeString(&text, name);
    if (NT_SUCCESS(IoGetDeviceObjectPointer(&text, FILE_READ_ATTRIBUTES, &file, &device))) {
        CHECK_EQ(device, stack.Device);
        ObDereferenceObject(file);
    } else {
        CHECK(!"the name can be opened");
    }
    StackDown(&stack);
}

CONFORMANCE(IoGetDeviceProperty, HardwareIdIsAListOfStrings) {
    WCHAR ids[128] = {0};
    ULONG length = 0;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoGetDeviceProperty(TestPdo(), DevicePropertyHardwareID, sizeof(ids), ids, &length), STATUS_SUCCESS);
    CHECK(length >= 3 * sizeof(WCHAR) && length % sizeof(WCHAR) == 0);
    CHECK_EQ(ids[length / sizeof(WCHAR) - 1], 0);
    CHECK_EQ(ids[length / sizeof(WCHAR) - 2], 0);
}

CONFORMANCE(IoGetDeviceProperty, AddressIsAllOnesWhenTheBusHasNone) {
    ULONG address = 0, length = 0;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoGetDeviceProperty(TestPdo(), DevicePropertyAddress, sizeof(address), &address, &length), STATUS_SUCCESS);
    CHECK_EQ(address, 0xFFFFFFFF);
    CHECK_EQ(length, (ULONG)sizeof(address));
}

CONFORMANCE(IoGetDeviceProperty, RefusesUnknownProperties) {
    ULONG value, length;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoGetDeviceProperty(TestPdo(), (DEVICE_REGISTRY_PROPERTY)0x7F, sizeof(value), &value, &length), STATUS_INVALID_PARAMETER_2);
}

CONFORMANCE(IoGetDeviceProperty, RefusesWhatIsNoPdo) {
    ULONG value, length;
    CHECK_STATUS(IoGetDeviceProperty(ConformanceDevice, DevicePropertyAddress, sizeof(value), &value, &length), STATUS_INVALID_DEVICE_REQUEST);
}
