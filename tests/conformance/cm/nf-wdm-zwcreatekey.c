/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

CONFORMANCE(ZwCreateKey, MakesOnceThenOpens) {
    HANDLE top = KeysNew(), key, again;
    ULONG disposition = 0;
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysCreate(&key, top, L"Child", 0, &disposition));
    CHECK_EQ(disposition, REG_CREATED_NEW_KEY);
    CHECK_SUCCESS(KeysCreate(&again, NULL, KEYS_TOP L"\\CHILD", 0, &disposition));
    CHECK_EQ(disposition, REG_OPENED_EXISTING_KEY);
    ZwClose(again);
    KeysDone(key);
    KeysDone(top);
}

CONFORMANCE(ZwCreateKey, MakesOnlyTheLastKeyOfAPath) {
    HANDLE key;
    CHECK_STATUS(KeysCreate(&key, NULL, L"\\Registry\\Machine\\Software\\NoSuchKey\\Child", 0, NULL), STATUS_OBJECT_NAME_NOT_FOUND);
}

CONFORMANCE(ZwCreateKey, KeysBelowVolatileOnesAreVolatile) {
    HANDLE top = KeysNew(), key, child;
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysCreate(&key, top, L"Volatile", REG_OPTION_VOLATILE, NULL));
    CHECK_STATUS(KeysCreate(&child, key, L"Stored", 0, NULL), STATUS_CHILD_MUST_BE_VOLATILE);
    CHECK_SUCCESS(KeysCreate(&child, key, L"Child", REG_OPTION_VOLATILE, NULL));
    KeysDone(child);
    KeysDone(key);
    KeysDone(top);
}

CONFORMANCE(ZwCreateKey, KeepsTheClass) {
    UCHAR buffer[256];
    KEY_NODE_INFORMATION* node = (KEY_NODE_INFORMATION*)buffer;
    HANDLE top = KeysNew(), key;
    UNICODE_STRING name, class_name;
    OBJECT_ATTRIBUTES attributes;
    ULONG length;
    REQUIRE(top != NULL);
    RtlInitUnicodeString(&name, L"Classy");
    RtlInitUnicodeString(&class_name, L"TheClass");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, top, NULL);
    CHECK_SUCCESS(ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, &class_name, 0, NULL));
    CHECK_SUCCESS(ZwQueryKey(key, KeyNodeInformation, buffer, sizeof(buffer), &length));
    CHECK_EQ(node->ClassLength, class_name.Length);
    CHECK_BYTES(buffer + node->ClassOffset, class_name.Buffer, class_name.Length);
    KeysDone(key);
    KeysDone(top);
}

CONFORMANCE(ZwCreateKey, FollowsLinks) {
    HANDLE top = KeysNew(), link, through;
    static const WCHAR target[] = L"\\Registry\\Machine\\System\\Select";
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysCreate(&link, top, L"Link", REG_OPTION_VOLATILE | REG_OPTION_CREATE_LINK, NULL));
    CHECK_SUCCESS(KeysSet(link, L"SymbolicLinkValue", REG_LINK, target, sizeof(target) - sizeof(WCHAR)));
    CHECK_SUCCESS(KeysOpen(&through, top, L"Link"));
    CHECK_EQ(KeysGet(through, L"Current"), 1);
    ZwClose(through);
    ZwClose(link);
    RtlInitUnicodeString(&name, L"Link");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE | OBJ_OPENLINK, top, NULL);
    CHECK_SUCCESS(ZwOpenKey(&link, KEY_ALL_ACCESS, &attributes));
    KeysDone(link);
    KeysDone(top);
}
