/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

static void Remove(const WCHAR* path) {
    HANDLE key;
    REQUIRE(NT_SUCCESS(KeysOpen(&key, NULL, path)));
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

/* "The new key must be a direct subkey of the key that is referred to." */
CONFORMANCE(RtlWriteRegistryValue, MakesOneKeyOnly) {
    ULONG number = 6;
    CHECK(!NT_SUCCESS(RtlWriteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEYS_TOP L"\\Child", L"Value", REG_DWORD, &number, sizeof(number))));
    CHECK_STATUS(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, KEYS_TOP), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(RtlDeleteRegistryValue, DeletesOnce) {
    ULONG number = 6;
    HANDLE key = KeysNew();
    REQUIRE(key != NULL);
    CHECK_SUCCESS(KeysSet(key, L"Value", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, L"Value"));
    CHECK_STATUS(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, L"Value"), STATUS_OBJECT_NAME_NOT_FOUND);
    KeysDone(key);
    CHECK_STATUS(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, L"Value"), STATUS_OBJECT_NAME_NOT_FOUND);
}

/* "On Windows 2000 and later versions of Windows, the routine leaves the handle open." */
CONFORMANCE(RtlDeleteRegistryValue, LeavesAHandleOpen) {
    ULONG number = 6;
    HANDLE key = KeysNew();
    REQUIRE(key != NULL);
    CHECK_SUCCESS(KeysSet(key, L"Value", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(RtlDeleteRegistryValue(RTL_REGISTRY_HANDLE, (PCWSTR)key, L"Value"));
    CHECK_EQ(KeysGet(key, L"Value"), 0xDEAD);
    KeysDone(key);
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

/* "It does not create missing keys in the path to the specified key." */
CONFORMANCE(RtlCreateRegistryKey, MakesOneKeyOnly) {
    CHECK(!NT_SUCCESS(RtlCreateRegistryKey(RTL_REGISTRY_ABSOLUTE, KEYS_TOP L"\\Child")));
    CHECK_STATUS(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, KEYS_TOP), STATUS_OBJECT_NAME_NOT_FOUND);
}
