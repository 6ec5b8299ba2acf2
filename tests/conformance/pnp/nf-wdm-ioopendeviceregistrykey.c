/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

static UNICODE_STRING ValueName = RTL_CONSTANT_STRING(L"ConformanceNumber");

static ULONG ReadNumber(HANDLE key) {
    UCHAR memory[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + sizeof(ULONG)];
    PKEY_VALUE_PARTIAL_INFORMATION value = (PKEY_VALUE_PARTIAL_INFORMATION)memory;
    ULONG length;
    if (!NT_SUCCESS(ZwQueryValueKey(key, &ValueName, KeyValuePartialInformation, value, sizeof(memory), &length))) return 0;
    return *(ULONG*)value->Data;
}

CONFORMANCE(IoOpenDeviceRegistryKey, TheHardwareKeyKeepsValues) {
    HANDLE key = NULL;
    ULONG number = 1234;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoOpenDeviceRegistryKey(TestPdo(), PLUGPLAY_REGKEY_DEVICE, KEY_ALL_ACCESS, &key), STATUS_SUCCESS);
    REQUIRE(key != NULL);
    CHECK_SUCCESS(ZwSetValueKey(key, &ValueName, 0, REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(ZwClose(key));
    CHECK_STATUS(IoOpenDeviceRegistryKey(TestPdo(), PLUGPLAY_REGKEY_DEVICE, KEY_ALL_ACCESS, &key), STATUS_SUCCESS);
    CHECK_EQ(ReadNumber(key), 1234);
    ZwDeleteValueKey(key, &ValueName);
    ZwClose(key);
}

CONFORMANCE(IoOpenDeviceRegistryKey, AProfileHasAKeyOfItsOwn) {
    HANDLE key = NULL;
    ULONG number = 77;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoOpenDeviceRegistryKey(TestPdo(), PLUGPLAY_REGKEY_DEVICE | PLUGPLAY_REGKEY_CURRENT_HWPROFILE, KEY_ALL_ACCESS, &key), STATUS_SUCCESS);
    REQUIRE(key != NULL);
    CHECK_SUCCESS(ZwSetValueKey(key, &ValueName, 0, REG_DWORD, &number, sizeof(number)));
    ZwClose(key);
    CHECK_STATUS(IoOpenDeviceRegistryKey(TestPdo(), PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key), STATUS_SUCCESS);
    CHECK_EQ(ReadNumber(key), 0);
    ZwClose(key);
}

CONFORMANCE(IoOpenDeviceRegistryKey, RefusesUnknownKeys) {
    HANDLE key;
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoOpenDeviceRegistryKey(TestPdo(), 0, KEY_READ, &key), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(IoOpenDeviceRegistryKey, RefusesWhatIsNoPdo) {
    HANDLE key;
    CHECK_STATUS(IoOpenDeviceRegistryKey(ConformanceDevice, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key), STATUS_INVALID_PARAMETER);
}
