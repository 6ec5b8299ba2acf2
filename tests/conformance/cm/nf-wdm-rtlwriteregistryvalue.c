/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

static void Remove(const WCHAR* path) {
    HANDLE key;
    CHECK_SUCCESS(KeysOpen(&key, NULL, path));
    KeysDone(key);
}

CONFORMANCE(RtlWriteRegistryValue, MakesKeyAndValue) {
    ULONG number = 6;
    HANDLE key;
    CHECK_SUCCESS(RtlWriteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, L"Value", REG_DWORD, &number, sizeof(number)));
    REQUIRE(NT_SUCCESS(KeysOpen(&key, NULL, KEYS_TOP)));
    CHECK_EQ(KeysGet(key, L"Value"), 6);
    KeysDone(key);
    CHECK_SUCCESS(RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, L"ConformanceService", L"Value", REG_DWORD, &number, sizeof(number)));
    Remove(L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\ConformanceService");
    CHECK_STATUS(RtlWriteRegistryValue(1000, L"x", L"Value", REG_DWORD, &number, sizeof(number)), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlDeleteRegistryValue, DeletesOnce) {
    ULONG number = 6;
    CHECK_SUCCESS(RtlWriteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, L"Value", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, L"Value"));
    CHECK_STATUS(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, L"Value"), STATUS_OBJECT_NAME_NOT_FOUND);
    Remove(KEYS_TOP);
    CHECK_STATUS(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, L"Value"), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(RtlCheckRegistryKey, TellsWhetherAKeyIsThere) {
    CHECK_SUCCESS(RtlCheckRegistryKey(RTL_REGISTRY_CONTROL, L"Class"));
    CHECK_SUCCESS(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, L"\\Registry\\Machine\\System"));
    CHECK_STATUS(RtlCheckRegistryKey(RTL_REGISTRY_SERVICES, L"NoSuchService"), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(RtlCreateRegistryKey, MakesAKey) {
    CHECK_SUCCESS(RtlCreateRegistryKey(RTL_REGISTRY_ABSOLUTE, KEYS_TOP));
    CHECK_SUCCESS(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, KEYS_TOP));
    CHECK_SUCCESS(RtlCreateRegistryKey(RTL_REGISTRY_ABSOLUTE, KEYS_TOP)); /* there is one: fine */
    Remove(KEYS_TOP);
    CHECK_STATUS(RtlCreateRegistryKey(1000, L"x"), STATUS_INVALID_PARAMETER);
}
