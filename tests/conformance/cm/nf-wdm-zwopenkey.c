/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

CONFORMANCE(ZwOpenKey, OpensByPathAndRelativeToAnother) {
    HANDLE machine, key;
    REQUIRE(NT_SUCCESS(KeysOpen(&machine, NULL, L"\\Registry\\Machine")));
    CHECK_SUCCESS(KeysOpen(&key, machine, L"SYSTEM\\currentcontrolset\\Services"));
    ZwClose(key);
    CHECK_STATUS(KeysOpen(&key, machine, L"NoSuchKey"), STATUS_OBJECT_NAME_NOT_FOUND);
    ZwClose(machine);
    CHECK_STATUS(KeysOpen(&key, (HANDLE)(LONG_PTR)-123456, L"System"), STATUS_INVALID_HANDLE);
}

CONFORMANCE(ZwOpenKey, RefusesWhatIsNoKey) {
    HANDLE key;
    CHECK_STATUS(KeysOpen(&key, NULL, L"\\Device\\PhysicalMemory"), STATUS_OBJECT_TYPE_MISMATCH);
}

CONFORMANCE(ZwOpenKeyEx, OpensKeysAndLinksThemselves) {
    HANDLE key;
    UNICODE_STRING name, value;
    OBJECT_ATTRIBUTES attributes;
    UCHAR buffer[256];
    ULONG length;
    RtlInitUnicodeString(&name, L"\\Registry\\Machine\\System\\CurrentControlSet");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    RtlInitUnicodeString(&value, L"SymbolicLinkValue");
    CHECK_SUCCESS(ZwOpenKeyEx(&key, KEY_READ, &attributes, REG_OPTION_OPEN_LINK));
    CHECK_SUCCESS(ZwQueryValueKey(key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), &length));
    CHECK_EQ(((KEY_VALUE_PARTIAL_INFORMATION*)buffer)->Type, REG_LINK);
    ZwClose(key);
    CHECK_SUCCESS(ZwOpenKeyEx(&key, KEY_READ, &attributes, 0)); /* what the link leads to */
    CHECK_STATUS(ZwQueryValueKey(key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), &length), STATUS_OBJECT_NAME_NOT_FOUND);
    ZwClose(key);
    RtlInitUnicodeString(&name, L"\\Registry\\Machine\\NoSuchKey");
    CHECK_STATUS(ZwOpenKeyEx(&key, KEY_READ, &attributes, 0), STATUS_OBJECT_NAME_NOT_FOUND);
}
