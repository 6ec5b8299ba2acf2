/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

static UNICODE_STRING Reference = RTL_CONSTANT_STRING(L"Reference");

CONFORMANCE(IoRegisterDeviceInterface, GivesTheNameOfALink) {
    UNICODE_STRING link = {0, 0, NULL};
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK(link.Buffer != NULL && link.Length > 8);
    CHECK_BYTES(link.Buffer, L"\\??\\", 8);
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoRegisterDeviceInterface, ASecondTimeGivesTheSameNameAndSaysSo) {
    UNICODE_STRING first = {0, 0, NULL}, second = {0, 0, NULL};
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &first));
    CHECK_STATUS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &second), STATUS_OBJECT_NAME_EXISTS);
    CHECK(RtlEqualUnicodeString(&first, &second, FALSE));
    RtlFreeUnicodeString(&first);
    RtlFreeUnicodeString(&second);
}

CONFORMANCE(IoRegisterDeviceInterface, AReferenceStringIsTheLastComponent) {
    UNICODE_STRING link = {0, 0, NULL};
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, &Reference, &link));
    REQUIRE(link.Length > Reference.Length + 2);
    CHECK_BYTES((PUCHAR)link.Buffer + link.Length - Reference.Length, L"Reference", Reference.Length);
    CHECK_EQ(link.Buffer[(link.Length - Reference.Length) / 2 - 1], L'\\');
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoRegisterDeviceInterface, RefusesSeparatorsInTheReferenceString) {
    UNICODE_STRING back = RTL_CONSTANT_STRING(L"a\\b"), forward = RTL_CONSTANT_STRING(L"a/b"), link;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoRegisterDeviceInterface(TestPdo(), &TestClass, &back, &link), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(IoRegisterDeviceInterface(TestPdo(), &TestClass, &forward, &link), STATUS_INVALID_DEVICE_REQUEST);
}

CONFORMANCE(IoRegisterDeviceInterface, RefusesWhatIsNoPdo) {
    UNICODE_STRING link;
    CHECK_STATUS(IoRegisterDeviceInterface(ConformanceDevice, &TestClass, NULL, &link), STATUS_INVALID_DEVICE_REQUEST);
}
