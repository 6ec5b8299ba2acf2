/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

NTKERNELAPI NTSTATUS NTAPI IoGetDeviceInterfacePropertyData(PUNICODE_STRING SymbolicLinkName, const DEVPROPKEY* PropertyKey,
                                                            LCID Lcid, ULONG Flags, ULONG Size, PVOID Data,
                                                            PULONG RequiredSize, PDEVPROPTYPE Type);
NTKERNELAPI NTSTATUS NTAPI IoSetDeviceInterfacePropertyData(PUNICODE_STRING SymbolicLinkName, const DEVPROPKEY* PropertyKey,
                                                            LCID Lcid, ULONG Flags, DEVPROPTYPE Type, ULONG Size, PVOID Data);

#define TYPE_UINT32 0x00000007

static const DEVPROPKEY Key = {{0x22222222, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}}, 2};
static const DEVPROPKEY Unset = {{0x22222222, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}}, 3};

CONFORMANCE(IoSetDevicePropertyData, WhatIsSetIsRead) {
    ULONG number = 4711, read = 0, size = 0;
    DEVPROPTYPE type = 0;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoSetDevicePropertyData(TestPdo(), &Key, 0, 0, TYPE_UINT32, sizeof(number), &number), STATUS_SUCCESS);
    CHECK_STATUS(IoGetDevicePropertyData(TestPdo(), &Key, 0, 0, sizeof(read), &read, &size, &type), STATUS_SUCCESS);
    CHECK_EQ(read, 4711);
    CHECK_EQ(size, (ULONG)sizeof(read));
    CHECK_EQ(type, TYPE_UINT32);
}

CONFORMANCE(IoSetDevicePropertyData, NoDataDeletes) {
    ULONG number = 1, read, size;
    DEVPROPTYPE type;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoSetDevicePropertyData(TestPdo(), &Key, 0, 0, TYPE_UINT32, sizeof(number), &number));
    CHECK_STATUS(IoSetDevicePropertyData(TestPdo(), &Key, 0, 0, TYPE_UINT32, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(IoGetDevicePropertyData(TestPdo(), &Key, 0, 0, sizeof(read), &read, &size, &type), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(IoSetDevicePropertyData, RefusesWhatIsNoPdo) {
    ULONG number = 1;
    CHECK(!NT_SUCCESS(IoSetDevicePropertyData(ConformanceDevice, &Key, 0, 0, TYPE_UINT32, sizeof(number), &number)));
}

CONFORMANCE(IoGetDevicePropertyData, ATooSmallBufferLearnsTheSize) {
    ULONG number = 1, size = 0;
    UCHAR byte;
    DEVPROPTYPE type;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoSetDevicePropertyData(TestPdo(), &Key, 0, 0, TYPE_UINT32, sizeof(number), &number));
    CHECK_STATUS(IoGetDevicePropertyData(TestPdo(), &Key, 0, 0, sizeof(byte), &byte, &size, &type), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(size, (ULONG)sizeof(number));
}

CONFORMANCE(IoGetDevicePropertyData, WhatIsNotSetIsNotFound) {
    ULONG read, size;
    DEVPROPTYPE type;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoGetDevicePropertyData(TestPdo(), &Unset, 0, 0, sizeof(read), &read, &size, &type), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(IoSetDeviceInterfacePropertyData, WhatIsSetIsRead) {
    UNICODE_STRING link;
    ULONG number = 99, read = 0, size = 0;
    DEVPROPTYPE type = 0;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_STATUS(IoSetDeviceInterfacePropertyData(&link, &Key, 0, 0, TYPE_UINT32, sizeof(number), &number), STATUS_SUCCESS);
    CHECK_STATUS(IoGetDeviceInterfacePropertyData(&link, &Key, 0, 0, sizeof(read), &read, &size, &type), STATUS_SUCCESS);
    CHECK_EQ(read, 99);
    CHECK_EQ(type, TYPE_UINT32);
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoSetDeviceInterfacePropertyData, RefusesAnUnknownInterface) {
    UNICODE_STRING unknown = RTL_CONSTANT_STRING(L"\\??\\ROOT#NOBODY#0000#{11111111-0001-0002-0304-05060708090a}");
    ULONG number = 1;
    CHECK(!NT_SUCCESS(IoSetDeviceInterfacePropertyData(&unknown, &Key, 0, 0, TYPE_UINT32, sizeof(number), &number)));
}

CONFORMANCE(IoGetDeviceInterfacePropertyData, WhatIsNotSetIsNotFound) {
    UNICODE_STRING link;
    ULONG read, size;
    DEVPROPTYPE type;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_STATUS(IoGetDeviceInterfacePropertyData(&link, &Unset, 0, 0, sizeof(read), &read, &size, &type), STATUS_OBJECT_NAME_NOT_FOUND);
    RtlFreeUnicodeString(&link);
}
