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

/* "If the specified key does not exist, ZwOpenKey returns an error status": which, it does not say. */
CONFORMANCE(ZwOpenKey, RefusesWhatIsNoKey) {
    HANDLE event, key = NULL;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, L"\\BaseNamedObjects\\ConformanceNoKey");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    REQUIRE(NT_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE)));
    CHECK(!NT_SUCCESS(KeysOpen(&key, NULL, L"\\BaseNamedObjects\\ConformanceNoKey")));
    CHECK_EQ(key, NULL);
    ZwClose(event);
}

/* With options 0 it "is equivalent to a call to ZwOpenKey", which follows links: drivers open what is below
 * CurrentControlSet, a link. (The page of ZwOpenKeyEx has STATUS_OBJECT_TYPE_MISMATCH for them, too.) */
CONFORMANCE(ZwOpenKeyEx, OpensKeysAndLinksThemselves) {
    HANDLE top = KeysNew(), key;
    UNICODE_STRING name, value;
    OBJECT_ATTRIBUTES attributes;
    UCHAR buffer[256];
    ULONG length;
    static const WCHAR target[] = L"\\Registry\\Machine\\System";
    REQUIRE(top != NULL);
    REQUIRE(NT_SUCCESS(KeysCreate(&key, top, L"Link", REG_OPTION_VOLATILE | REG_OPTION_CREATE_LINK, NULL)));
    CHECK_SUCCESS(KeysSet(key, L"SymbolicLinkValue", REG_LINK, target, sizeof(target) - sizeof(WCHAR)));
    ZwClose(key);
    RtlInitUnicodeString(&name, L"Link");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, top, NULL);
    RtlInitUnicodeString(&value, L"SymbolicLinkValue");
    CHECK_SUCCESS(ZwOpenKeyEx(&key, KEY_READ, &attributes, 0)); /* what the link leads to */
    CHECK_STATUS(ZwQueryValueKey(key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), &length), STATUS_OBJECT_NAME_NOT_FOUND);
    ZwClose(key);
    CHECK_SUCCESS(ZwOpenKeyEx(&key, KEY_ALL_ACCESS, &attributes, REG_OPTION_OPEN_LINK));
    CHECK_SUCCESS(ZwQueryValueKey(key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), &length));
    CHECK_EQ(((KEY_VALUE_PARTIAL_INFORMATION*)buffer)->Type, REG_LINK);
    ZwClose(key);
    attributes.Attributes |= OBJ_OPENLINK;
    CHECK_SUCCESS(ZwOpenKey(&key, KEY_ALL_ACCESS, &attributes));
    KeysDone(key);
    attributes.Attributes &= ~OBJ_OPENLINK;
    RtlInitUnicodeString(&name, L"NoSuchKey");
    CHECK_STATUS(ZwOpenKeyEx(&key, KEY_READ, &attributes, 0), STATUS_OBJECT_NAME_NOT_FOUND);
    KeysDone(top);
}
