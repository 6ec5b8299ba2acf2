/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

CONFORMANCE(IoGetDeviceInterfaces, ListsWhatIsEnabled) {
    UNICODE_STRING link, found;
    PWSTR list = NULL;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, TRUE));
    CHECK_STATUS(IoGetDeviceInterfaces(&TestClass, NULL, 0, &list), STATUS_SUCCESS);
    REQUIRE(list != NULL);
    RtlInitUnicodeString(&found, list);
    CHECK(RtlEqualUnicodeString(&found, &link, TRUE));
    CHECK_EQ(list[found.Length / 2 + 1], 0);
    ExFreePool(list);
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, FALSE));
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoGetDeviceInterfaces, NoneIsAnEmptyList) {
    static const GUID nobody = {0x11111111, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};
    PWSTR list = NULL;
    CHECK_STATUS(IoGetDeviceInterfaces(&nobody, NULL, 0, &list), STATUS_SUCCESS);
    REQUIRE(list != NULL);
    CHECK_EQ(list[0], 0);
    ExFreePool(list);
}

CONFORMANCE(IoGetDeviceInterfaces, InactiveOnesOnlyWhenAskedFor) {
    UNICODE_STRING link;
    PWSTR list = NULL;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &OtherClass, NULL, &link));
    CHECK_STATUS(IoGetDeviceInterfaces(&OtherClass, TestPdo(), 0, &list), STATUS_SUCCESS);
    CHECK_EQ(list[0], 0);
    ExFreePool(list);
    CHECK_STATUS(IoGetDeviceInterfaces(&OtherClass, TestPdo(), DEVICE_INTERFACE_INCLUDE_NONACTIVE, &list), STATUS_SUCCESS);
    CHECK(list[0] != 0);
    ExFreePool(list);
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoGetDeviceInterfaces, RefusesWhatIsNoPdo) {
    PWSTR list;
    CHECK_STATUS(IoGetDeviceInterfaces(&TestClass, ConformanceDevice, 0, &list), STATUS_INVALID_DEVICE_REQUEST);
}
