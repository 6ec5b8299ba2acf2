/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

CONFORMANCE(ZwSetValueKey, MakesAndReplacesValues) {
    ULONG number = 7, length;
    UCHAR buffer[128];
    KEY_VALUE_PARTIAL_INFORMATION* partial = (KEY_VALUE_PARTIAL_INFORMATION*)buffer;
    UNICODE_STRING name;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)));
    CHECK_EQ(KeysGet(top, L"VALUE"), 7);
    CHECK_SUCCESS(KeysSet(top, L"value", REG_SZ, L"text", sizeof(L"text")));
    RtlInitUnicodeString(&name, L"Value");
    CHECK_SUCCESS(ZwQueryValueKey(top, &name, KeyValuePartialInformation, buffer, sizeof(buffer), &length));
    CHECK_EQ(partial->Type, REG_SZ);
    CHECK_EQ(partial->DataLength, sizeof(L"text"));
    CHECK_BYTES(partial->Data, L"text", sizeof(L"text"));
    KeysDone(top);
}

CONFORMANCE(ZwSetValueKey, KeepsLargeDataAndNone) {
    const ULONG bytes = 100000;
    UCHAR* data = ExAllocatePoolWithTag(NonPagedPoolNx, bytes + 64, CONFORMANCE_TAG);
    UNICODE_STRING name;
    ULONG length;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL && data != NULL);
    for (ULONG i = 0; i < bytes; ++i) data[i] = (UCHAR)(i * 13);
    CHECK_SUCCESS(KeysSet(top, L"Large", REG_BINARY, data, bytes));
    CHECK_SUCCESS(KeysSet(top, L"Empty", REG_NONE, NULL, 0));
    RtlInitUnicodeString(&name, L"Large");
    CHECK_SUCCESS(ZwQueryValueKey(top, &name, KeyValuePartialInformation, data, bytes + 64, &length));
    CHECK_EQ(((KEY_VALUE_PARTIAL_INFORMATION*)data)->DataLength, bytes);
    CHECK_EQ(((KEY_VALUE_PARTIAL_INFORMATION*)data)->Data[99999], (UCHAR)(99999 * 13));
    RtlInitUnicodeString(&name, L"Empty");
    CHECK_SUCCESS(ZwQueryValueKey(top, &name, KeyValuePartialInformation, data, 64, &length));
    CHECK_EQ(((KEY_VALUE_PARTIAL_INFORMATION*)data)->DataLength, 0);
    ExFreePoolWithTag(data, CONFORMANCE_TAG);
    KeysDone(top);
}

CONFORMANCE(ZwSetValueKey, RefusesDeletedKeys) {
    ULONG number = 1;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(ZwDeleteKey(top));
    CHECK_STATUS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)), STATUS_KEY_DELETED);
    ZwClose(top);
    CHECK_STATUS(KeysSet((HANDLE)(LONG_PTR)-123456, L"Value", REG_DWORD, &number, sizeof(number)), STATUS_INVALID_HANDLE);
}

CONFORMANCE(ZwQueryValueKey, GivesEachClassAndTellsTheRoom) {
    UCHAR buffer[128];
    ULONG number = 0x11223344, length, needed;
    UNICODE_STRING name;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)));
    RtlInitUnicodeString(&name, L"Value");
    CHECK_SUCCESS(ZwQueryValueKey(top, &name, KeyValueBasicInformation, buffer, sizeof(buffer), &length));
    CHECK_EQ(((KEY_VALUE_BASIC_INFORMATION*)buffer)->NameLength, 10);
    CHECK_SUCCESS(ZwQueryValueKey(top, &name, KeyValueFullInformation, buffer, sizeof(buffer), &length));
    CHECK_EQ(*(ULONG*)(buffer + ((KEY_VALUE_FULL_INFORMATION*)buffer)->DataOffset), number);
    CHECK_STATUS(ZwQueryValueKey(top, &name, KeyValuePartialInformation, buffer, 4, &needed), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(ZwQueryValueKey(top, &name, KeyValuePartialInformation, buffer, needed - 1, &length), STATUS_BUFFER_OVERFLOW);
    CHECK_SUCCESS(ZwQueryValueKey(top, &name, KeyValuePartialInformation, buffer, needed, &length));
    CHECK_STATUS(ZwQueryValueKey(top, &name, (KEY_VALUE_INFORMATION_CLASS)1000, buffer, sizeof(buffer), &length), STATUS_INVALID_PARAMETER);
    RtlInitUnicodeString(&name, L"NoSuchValue");
    CHECK_STATUS(ZwQueryValueKey(top, &name, KeyValuePartialInformation, buffer, sizeof(buffer), &length), STATUS_OBJECT_NAME_NOT_FOUND);
    KeysDone(top);
}

CONFORMANCE(ZwEnumerateValueKey, GoesThroughValues) {
    UCHAR buffer[128];
    ULONG number = 1, length, sum = 0;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"a", REG_DWORD, &number, sizeof(number)));
    number = 2;
    CHECK_SUCCESS(KeysSet(top, L"b", REG_DWORD, &number, sizeof(number)));
    for (ULONG i = 0; i < 2; ++i) {
        CHECK_SUCCESS(ZwEnumerateValueKey(top, i, KeyValueFullInformation, buffer, sizeof(buffer), &length));
        sum += *(ULONG*)(buffer + ((KEY_VALUE_FULL_INFORMATION*)buffer)->DataOffset);
    }
    CHECK_EQ(sum, 3);
    CHECK_STATUS(ZwEnumerateValueKey(top, 2, KeyValueFullInformation, buffer, sizeof(buffer), &length), STATUS_NO_MORE_ENTRIES);
    KeysDone(top);
}

/* STATUS_BUFFER_OVERFLOW: "only partial data has been written"; STATUS_BUFFER_TOO_SMALL: "no data has been
 * written". The page leaves open how much is too little for a part. */
CONFORMANCE(ZwEnumerateValueKey, TellsHowMuchRoomItTakes) {
    UCHAR buffer[128];
    ULONG number = 1, length = 0, needed, room;
    HANDLE top = KeysNew();
    NTSTATUS status;
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"a", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(ZwEnumerateValueKey(top, 0, KeyValueFullInformation, buffer, sizeof(buffer), &needed));
    for (room = 4; room < needed; room += 4) {
        RtlFillMemory(buffer, sizeof(buffer), 0xEE);
        status = ZwEnumerateValueKey(top, 0, KeyValueFullInformation, buffer, room, &length);
        CHECK(status == STATUS_BUFFER_TOO_SMALL || status == STATUS_BUFFER_OVERFLOW);
        CHECK_EQ(status == STATUS_BUFFER_TOO_SMALL, *(ULONG*)buffer == 0xEEEEEEEE);
        CHECK_EQ(*(ULONG*)(buffer + room), 0xEEEEEEEE);
        CHECK_EQ(length, needed);
    }
    KeysDone(top);
}

CONFORMANCE(ZwDeleteValueKey, DeletesOnce) {
    ULONG number = 1;
    UNICODE_STRING name;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Value", REG_DWORD, &number, sizeof(number)));
    RtlInitUnicodeString(&name, L"VALUE");
    CHECK_SUCCESS(ZwDeleteValueKey(top, &name));
    CHECK_STATUS(ZwDeleteValueKey(top, &name), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_EQ(KeysGet(top, L"Value"), 0xDEAD);
    KeysDone(top);
}
