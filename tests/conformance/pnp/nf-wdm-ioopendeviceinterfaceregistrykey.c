/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

CONFORMANCE(IoOpenDeviceInterfaceRegistryKey, KeepsValuesOfTheInterface) {
    UNICODE_STRING link, name = RTL_CONSTANT_STRING(L"Kept");
    UCHAR memory[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + sizeof(ULONG)];
    ULONG number = 5, length;
    HANDLE key = NULL;
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_STATUS(IoOpenDeviceInterfaceRegistryKey(&link, KEY_ALL_ACCESS, &key), STATUS_SUCCESS);
    REQUIRE(key != NULL);
    CHECK_SUCCESS(ZwSetValueKey(key, &name, 0, REG_DWORD, &number, sizeof(number)));
    ZwClose(key);
    CHECK_STATUS(IoOpenDeviceInterfaceRegistryKey(&link, KEY_READ, &key), STATUS_SUCCESS);
    CHECK_SUCCESS(ZwQueryValueKey(key, &name, KeyValuePartialInformation, memory, sizeof(memory), &length));
    CHECK_EQ(*(ULONG*)((PKEY_VALUE_PARTIAL_INFORMATION)memory)->Data, 5);
    ZwClose(key);
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoOpenDeviceInterfaceRegistryKey, RefusesAnUnknownInterface) {
    UNICODE_STRING unknown = RTL_CONSTANT_STRING(L"\\??\\ROOT#NOBODY#0000#{11111111-0001-0002-0304-05060708090a}");
    HANDLE key;
    CHECK(!NT_SUCCESS(IoOpenDeviceInterfaceRegistryKey(&unknown, KEY_READ, &key)));
}
