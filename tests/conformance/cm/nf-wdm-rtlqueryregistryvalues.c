/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

NTKERNELAPI NTSTATUS NTAPI RtlQueryRegistryValuesEx(ULONG, PCWSTR, PRTL_QUERY_REGISTRY_TABLE, PVOID, PVOID);

static struct {
    ULONG calls, type, length, bytes;
    WCHAR text[64];
} Seen;

static NTSTATUS NTAPI OnValue(PWSTR name, ULONG type, PVOID data, ULONG length, PVOID context, PVOID entry) {
    (void)name;
    (void)entry;
    if (context != &Seen) return STATUS_UNSUCCESSFUL;
    ++Seen.calls;
    Seen.type = type;
    Seen.length = length;
    if (length <= sizeof(Seen.text)) RtlCopyMemory(Seen.text, data, length);
    return STATUS_SUCCESS;
}

static NTSTATUS Query(HANDLE key, ULONG flags, const WCHAR* name, PVOID environment) {
    RTL_QUERY_REGISTRY_TABLE table[2];
    RtlZeroMemory(table, sizeof(table));
    RtlZeroMemory(&Seen, sizeof(Seen));
    table[0].QueryRoutine = &OnValue;
    table[0].Flags = flags;
    table[0].Name = (PWSTR)name;
    return RtlQueryRegistryValues(RTL_REGISTRY_HANDLE, (PCWSTR)key, table, &Seen, environment);
}

CONFORMANCE(RtlQueryRegistryValues, ReportsValuesToTheRoutine) {
    ULONG number = 3;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Number", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(KeysSet(top, L"Text", REG_SZ, L"abc", sizeof(L"abc")));
    CHECK_SUCCESS(Query(top, 0, L"Text", NULL));
    CHECK_EQ(Seen.calls, 1);
    CHECK_EQ(Seen.type, REG_SZ);
    CHECK_BYTES(Seen.text, L"abc", sizeof(L"abc"));
    CHECK_SUCCESS(Query(top, 0, NULL, NULL)); /* every value */
    CHECK_EQ(Seen.calls, 2);
    CHECK_SUCCESS(Query(top, 0, L"Missing", NULL));
    CHECK_EQ(Seen.calls, 0);
    CHECK_STATUS(Query(top, RTL_QUERY_REGISTRY_REQUIRED, L"Missing", NULL), STATUS_OBJECT_NAME_NOT_FOUND);
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValues, ExpandsAndSplitsUnlessToldNotTo) {
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Expand", REG_EXPAND_SZ, L"%ConfName%\\x", sizeof(L"%ConfName%\\x")));
    CHECK_SUCCESS(KeysSet(top, L"Multi", REG_MULTI_SZ, L"one\0two\0", sizeof(L"one\0two\0")));
    CHECK_SUCCESS(Query(top, 0, L"Expand", (PVOID)L"Other=1\0ConfName=value\0"));
    CHECK_EQ(Seen.type, REG_SZ);
    CHECK_BYTES(Seen.text, L"value\\x", sizeof(L"value\\x"));
    CHECK_SUCCESS(Query(top, RTL_QUERY_REGISTRY_NOEXPAND, L"Expand", (PVOID)L"ConfName=value\0"));
    CHECK_EQ(Seen.type, REG_EXPAND_SZ);
    CHECK_BYTES(Seen.text, L"%ConfName%\\x", sizeof(L"%ConfName%\\x"));
    CHECK_SUCCESS(Query(top, 0, L"Multi", NULL));
    CHECK_EQ(Seen.calls, 2);
    CHECK_EQ(Seen.type, REG_SZ);
    CHECK_SUCCESS(Query(top, RTL_QUERY_REGISTRY_NOEXPAND, L"Multi", NULL));
    CHECK_EQ(Seen.calls, 1);
    CHECK_EQ(Seen.type, REG_MULTI_SZ);
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValues, StoresDirectlyWithDefaults) {
    ULONG number = 5, out = 0, fallback = 99;
    UNICODE_STRING text = {0};
    RTL_QUERY_REGISTRY_TABLE table[4];
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Number", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(KeysSet(top, L"Text", REG_SZ, L"abc", sizeof(L"abc")));
    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = table[1].Flags = table[2].Flags = RTL_QUERY_REGISTRY_DIRECT;
    table[0].Name = L"Number";
    table[0].EntryContext = &out;
    table[1].Name = L"Text";
    table[1].EntryContext = &text;
    CHECK_SUCCESS(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, table, NULL, NULL));
    CHECK_EQ(out, 5);
    CHECK_TEXT(&text, L"abc");
    RtlFreeUnicodeString(&text);
    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT;
    table[0].Name = L"Missing";
    table[0].EntryContext = &out;
    table[0].DefaultType = REG_DWORD;
    table[0].DefaultData = &fallback;
    table[0].DefaultLength = sizeof(fallback);
    CHECK_SUCCESS(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, table, NULL, NULL));
    CHECK_EQ(out, 99);
    CHECK_STATUS(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, L"NoSuchService", table, NULL, NULL), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_SUCCESS(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES | RTL_REGISTRY_OPTIONAL, L"NoSuchService", table, NULL, NULL));
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValues, ChecksTypesWhenAsked) {
    ULONG out = 0;
    RTL_QUERY_REGISTRY_TABLE table[2];
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Text", REG_SZ, L"abc", sizeof(L"abc")));
    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT | 0x100; /* RTL_QUERY_REGISTRY_TYPECHECK */
    table[0].DefaultType = (REG_DWORD << 24) | REG_NONE;
    table[0].Name = L"Text";
    table[0].EntryContext = &out;
    CHECK_STATUS(RtlQueryRegistryValues(RTL_REGISTRY_HANDLE, (PCWSTR)top, table, NULL, NULL), STATUS_OBJECT_TYPE_MISMATCH);
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValuesEx, RefusesDirectEntriesWithoutATypeCheck) {
    ULONG number = 5, out = 0;
    RTL_QUERY_REGISTRY_TABLE table[2];
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Number", REG_DWORD, &number, sizeof(number)));
    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT;
    table[0].Name = L"Number";
    table[0].EntryContext = &out;
    CHECK(!NT_SUCCESS(RtlQueryRegistryValuesEx(RTL_REGISTRY_HANDLE, (PCWSTR)top, table, NULL, NULL)));
    table[0].Flags |= 0x100;
    table[0].DefaultType = (REG_DWORD << 24) | REG_NONE;
    CHECK_SUCCESS(RtlQueryRegistryValuesEx(RTL_REGISTRY_HANDLE, (PCWSTR)top, table, NULL, NULL));
    CHECK_EQ(out, 5);
    KeysDone(top);
}
