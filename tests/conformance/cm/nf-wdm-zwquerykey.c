/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

CONFORMANCE(ZwQueryKey, CountsWhatAKeyHolds) {
    UCHAR buffer[256];
    KEY_FULL_INFORMATION* full = (KEY_FULL_INFORMATION*)buffer;
    ULONG length, number = 5;
    HANDLE top = KeysNew(), child;
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysCreate(&child, top, L"abc", 0, NULL));
    CHECK_SUCCESS(KeysSet(top, L"value", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(ZwQueryKey(top, KeyFullInformation, buffer, sizeof(buffer), &length));
    CHECK_EQ(full->SubKeys, 1);
    CHECK_EQ(full->Values, 1);
    CHECK_EQ(full->MaxNameLen, 6);
    CHECK_EQ(full->MaxValueNameLen, 10);
    CHECK_EQ(full->MaxValueDataLen, 4);
    CHECK_SUCCESS(ZwQueryKey(child, KeyBasicInformation, buffer, sizeof(buffer), &length));
    CHECK_EQ(((KEY_BASIC_INFORMATION*)buffer)->NameLength, 6);
    CHECK_BYTES(((KEY_BASIC_INFORMATION*)buffer)->Name, L"abc", 6);
    CHECK_SUCCESS(ZwQueryKey(child, KeyNameInformation, buffer, sizeof(buffer), &length));
    CHECK_EQ(*(ULONG*)buffer, /* KEY_NAME_INFORMATION.NameLength */ sizeof(KEYS_TOP L"\\abc") - sizeof(WCHAR));
    KeysDone(child);
    KeysDone(top);
}

CONFORMANCE(ZwQueryKey, TellsHowMuchRoomItTakes) {
    UCHAR buffer[256];
    ULONG length = 0, needed;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_STATUS(ZwQueryKey(top, KeyBasicInformation, buffer, 4, &length), STATUS_BUFFER_TOO_SMALL);
    needed = length;
    CHECK_STATUS(ZwQueryKey(top, KeyBasicInformation, buffer, needed - 2, &length), STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(length, needed);
    CHECK_SUCCESS(ZwQueryKey(top, KeyBasicInformation, buffer, needed, &length));
    CHECK_STATUS(ZwQueryKey(top, (KEY_INFORMATION_CLASS)1000, buffer, sizeof(buffer), &length), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwQueryKey((HANDLE)(LONG_PTR)-123456, KeyBasicInformation, buffer, sizeof(buffer), &length), STATUS_INVALID_HANDLE);
    KeysDone(top);
}

CONFORMANCE(ZwEnumerateKey, GoesThroughSubkeys) {
    UCHAR buffer[128];
    KEY_BASIC_INFORMATION* basic = (KEY_BASIC_INFORMATION*)buffer;
    ULONG length, found = 0;
    HANDLE top = KeysNew(), one, two;
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysCreate(&one, top, L"one", 0, NULL));
    CHECK_SUCCESS(KeysCreate(&two, top, L"two", 0, NULL));
    for (ULONG i = 0; i < 2; ++i) {
        CHECK_SUCCESS(ZwEnumerateKey(top, i, KeyBasicInformation, buffer, sizeof(buffer), &length));
        if (RtlCompareMemory(basic->Name, L"one", 6) == 6) found |= 1;
        if (RtlCompareMemory(basic->Name, L"two", 6) == 6) found |= 2;
    }
    CHECK_EQ(found, 3);
    CHECK_STATUS(ZwEnumerateKey(top, 2, KeyBasicInformation, buffer, sizeof(buffer), &length), STATUS_NO_MORE_ENTRIES);
    CHECK_STATUS(ZwEnumerateKey(top, 0, KeyBasicInformation, buffer, 2, &length), STATUS_BUFFER_TOO_SMALL);
    KeysDone(one);
    KeysDone(two);
    KeysDone(top);
}

CONFORMANCE(ZwDeleteKey, DeletesKeysWithoutSubkeysOnly) {
    UCHAR buffer[128];
    ULONG length;
    HANDLE top = KeysNew(), child, second;
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysCreate(&child, top, L"child", 0, NULL));
    CHECK_STATUS(ZwDeleteKey(top), STATUS_CANNOT_DELETE);
    CHECK_SUCCESS(ZwDeleteKey(child));
    CHECK_STATUS(KeysOpen(&second, top, L"child"), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(ZwQueryKey(child, KeyBasicInformation, buffer, sizeof(buffer), &length), STATUS_KEY_DELETED);
    ZwClose(child);
    KeysDone(top);
    CHECK_STATUS(ZwDeleteKey((HANDLE)(LONG_PTR)-123456), STATUS_INVALID_HANDLE);
}

CONFORMANCE(ZwFlushKey, WritesAndRefusesDeletedKeys) {
    HANDLE top = KeysNew();
    ULONG number = 1;
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"value", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(ZwFlushKey(top));
    CHECK_SUCCESS(ZwDeleteKey(top));
    CHECK_STATUS(ZwFlushKey(top), STATUS_KEY_DELETED);
    ZwClose(top);
    CHECK_STATUS(ZwFlushKey((HANDLE)(LONG_PTR)-123456), STATUS_INVALID_HANDLE);
}

CONFORMANCE(ZwNotifyChangeKey, SignalsTheEventOfTheNextChange) {
    HANDLE top = KeysNew(), event;
    PVOID object;
    IO_STATUS_BLOCK status = {{0}};
    LARGE_INTEGER soon = {.QuadPart = -50000000};
    ULONG number = 1;
    OBJECT_ATTRIBUTES attributes;
    REQUIRE(top != NULL);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    REQUIRE(NT_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE)));
    CHECK_STATUS(ZwNotifyChangeKey(top, event, NULL, NULL, &status, REG_NOTIFY_CHANGE_LAST_SET, FALSE, NULL, 0, TRUE), STATUS_PENDING);
    ObReferenceObjectByHandle(event, SYNCHRONIZE, NULL, KernelMode, &object, NULL);
    CHECK_EQ(KeReadStateEvent(object), 0);
    CHECK_SUCCESS(KeysSet(top, L"value", REG_DWORD, &number, sizeof(number)));
    CHECK_STATUS(KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &soon), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(ZwNotifyChangeKey((HANDLE)(LONG_PTR)-123456, event, NULL, NULL, &status, REG_NOTIFY_CHANGE_NAME, FALSE, NULL, 0, TRUE)));
    ObDereferenceObject(object);
    ZwClose(event);
    KeysDone(top);
}

/* "The caller receives no notification if the new value written to the key matches the previous value." */
CONFORMANCE(ZwNotifyChangeKey, DoesNotTellOfTheSameValue) {
    HANDLE top = KeysNew(), event;
    IO_STATUS_BLOCK status = {{0}};
    LARGE_INTEGER none = {{0}};
    ULONG number = 1;
    OBJECT_ATTRIBUTES attributes;
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"value", REG_DWORD, &number, sizeof(number)));
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    REQUIRE(NT_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE)));
    CHECK_STATUS(ZwNotifyChangeKey(top, event, NULL, NULL, &status, REG_NOTIFY_CHANGE_LAST_SET, FALSE, NULL, 0, TRUE), STATUS_PENDING);
    CHECK_SUCCESS(KeysSet(top, L"value", REG_DWORD, &number, sizeof(number)));
    CHECK_STATUS(ZwWaitForSingleObject(event, FALSE, &none), STATUS_TIMEOUT);
    number = 2;
    CHECK_SUCCESS(KeysSet(top, L"value", REG_DWORD, &number, sizeof(number)));
    CHECK_STATUS(ZwWaitForSingleObject(event, FALSE, &none), STATUS_SUCCESS);
    ZwClose(event);
    KeysDone(top);
}
