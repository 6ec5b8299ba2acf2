/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

static BOOLEAN CanBeOpened(PUNICODE_STRING link) {
    PFILE_OBJECT file;
    PDEVICE_OBJECT device;
    if (!NT_SUCCESS(IoGetDeviceObjectPointer(link, FILE_READ_ATTRIBUTES, &file, &device))) return FALSE;
    ObDereferenceObject(file);
    return TRUE;
}

CONFORMANCE(IoSetDeviceInterfaceState, AnEnabledInterfaceCanBeOpened) {
    UNICODE_STRING link;
    STACK stack;
    REQUIRE(StackUp(&stack, NULL));
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK(!CanBeOpened(&link));
    CHECK_STATUS(IoSetDeviceInterfaceState(&link, TRUE), STATUS_SUCCESS);
    CHECK(CanBeOpened(&link));
    CHECK_STATUS(IoSetDeviceInterfaceState(&link, FALSE), STATUS_SUCCESS);
    CHECK(!CanBeOpened(&link));
    RtlFreeUnicodeString(&link);
    StackDown(&stack);
}

CONFORMANCE(IoSetDeviceInterfaceState, EnablingTwiceIsSaid) {
    UNICODE_STRING link;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_STATUS(IoSetDeviceInterfaceState(&link, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(IoSetDeviceInterfaceState(&link, TRUE), STATUS_OBJECT_NAME_EXISTS);
    CHECK_STATUS(IoSetDeviceInterfaceState(&link, FALSE), STATUS_SUCCESS);
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoSetDeviceInterfaceState, DisablingWhatIsNotEnabledIsRefused) {
    UNICODE_STRING link;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_STATUS(IoSetDeviceInterfaceState(&link, FALSE), STATUS_OBJECT_NAME_NOT_FOUND);
    RtlFreeUnicodeString(&link);
}
