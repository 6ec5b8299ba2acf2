/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

typedef enum { RegKeyParameters, RegKeyPersistentState } REGKEY_TYPE; /* DRIVER_REGKEY_TYPE, which mingw lacks */
NTKERNELAPI NTSTATUS NTAPI IoOpenDriverRegistryKey(PDRIVER_OBJECT DriverObject, REGKEY_TYPE RegKeyType, ACCESS_MASK DesiredAccess,
                                                   ULONG Flags, PHANDLE DriverRegKey);

CONFORMANCE(IoOpenDriverRegistryKey, ParametersAreBelowTheServicesKey) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"Kept"), parameters = RTL_CONSTANT_STRING(L"Parameters");
    UCHAR memory[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + sizeof(ULONG)];
    OBJECT_ATTRIBUTES attributes;
    HANDLE key = NULL, service = NULL, same = NULL;
    ULONG number = 31, length;
    CHECK_STATUS(IoOpenDriverRegistryKey(ConformanceDriver, RegKeyParameters, KEY_ALL_ACCESS, 0, &key), STATUS_SUCCESS);
    REQUIRE(key != NULL);
    CHECK_SUCCESS(ZwSetValueKey(key, &name, 0, REG_DWORD, &number, sizeof(number)));
    InitializeObjectAttributes(&attributes, &ConformanceRegistryPath, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    CHECK_SUCCESS(ZwOpenKey(&service, KEY_READ, &attributes));
    InitializeObjectAttributes(&attributes, &parameters, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, service, NULL);
    CHECK_SUCCESS(ZwOpenKey(&same, KEY_READ, &attributes));
    CHECK_SUCCESS(ZwQueryValueKey(same, &name, KeyValuePartialInformation, memory, sizeof(memory), &length));
    CHECK_EQ(*(ULONG*)((PKEY_VALUE_PARTIAL_INFORMATION)memory)->Data, 31);
    ZwClose(same);
    ZwClose(service);
    ZwDeleteKey(key);
    ZwClose(key);
}

CONFORMANCE(IoOpenDriverRegistryKey, RefusesUnknownKeys) {
    HANDLE key;
    CHECK_STATUS(IoOpenDriverRegistryKey(ConformanceDriver, (REGKEY_TYPE)77, KEY_READ, 0, &key), STATUS_INVALID_PARAMETER);
}
