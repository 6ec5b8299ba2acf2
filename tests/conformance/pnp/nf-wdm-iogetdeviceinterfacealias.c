/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

CONFORMANCE(IoGetDeviceInterfaceAlias, FindsTheSameDeviceInAnotherClass) {
    UNICODE_STRING link, other, alias;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &OtherClass, NULL, &other));
    CHECK_STATUS(IoGetDeviceInterfaceAlias(&link, &OtherClass, &alias), STATUS_SUCCESS);
    CHECK(RtlEqualUnicodeString(&alias, &other, TRUE));
    RtlFreeUnicodeString(&alias);
    RtlFreeUnicodeString(&other);
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoGetDeviceInterfaceAlias, RefusesWhatHasNone) {
    static const GUID nobody = {0x11111111, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};
    UNICODE_STRING link, alias;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK(!NT_SUCCESS(IoGetDeviceInterfaceAlias(&link, &nobody, &alias)));
    RtlFreeUnicodeString(&link);
}
