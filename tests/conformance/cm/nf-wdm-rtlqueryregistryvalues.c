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

static NTSTATUS Query(ULONG flags, const WCHAR* name, PVOID environment) {
    RTL_QUERY_REGISTRY_TABLE table[2];
    RtlZeroMemory(table, sizeof(table));
    RtlZeroMemory(&Seen, sizeof(Seen));
    table[0].QueryRoutine = &OnValue;
    table[0].Flags = flags;
    table[0].Name = (PWSTR)name;
    return RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, table, &Seen, environment);
}

CONFORMANCE(RtlQueryRegistryValues, ReportsValuesToTheRoutine) {
    ULONG number = 3;
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Number", REG_DWORD, &number, sizeof(number)));
    CHECK_SUCCESS(KeysSet(top, L"Text", REG_SZ, L"abc", sizeof(L"abc")));
    CHECK_SUCCESS(Query(0, L"Text", NULL));
    CHECK_EQ(Seen.calls, 1);
    CHECK_EQ(Seen.type, REG_SZ);
    CHECK_BYTES(Seen.text, L"abc", sizeof(L"abc"));
    CHECK_SUCCESS(Query(0, NULL, NULL)); /* every value */
    CHECK_EQ(Seen.calls, 2);
    KeysDone(top);
}

/* The routine "will be called for each value name that exists"; REG_NONE is "no default type". */
CONFORMANCE(RtlQueryRegistryValues, SkipsAMissingValueWithoutADefault) {
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(Query(0, L"Missing", NULL));
    CHECK_EQ(Seen.calls, 0);
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValues, EndsAtARequiredValueThatIsMissing) {
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_STATUS(Query(RTL_QUERY_REGISTRY_REQUIRED, L"Missing", NULL), STATUS_OBJECT_NAME_NOT_FOUND);
    KeysDone(top);
    CHECK_STATUS(Query(0, L"Value", NULL), STATUS_OBJECT_NAME_NOT_FOUND); /* no such key */
}

/* "The Path parameter is actually a registry handle to use": the caller's, also afterwards. */
CONFORMANCE(RtlQueryRegistryValues, UsesAHandleAndLeavesItOpen) {
    ULONG number = 3;
    RTL_QUERY_REGISTRY_TABLE table[2];
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Number", REG_DWORD, &number, sizeof(number)));
    RtlZeroMemory(table, sizeof(table));
    RtlZeroMemory(&Seen, sizeof(Seen));
    table[0].QueryRoutine = &OnValue;
    table[0].Name = L"Number";
    CHECK_SUCCESS(RtlQueryRegistryValues(RTL_REGISTRY_HANDLE, (PCWSTR)top, table, &Seen, NULL));
    CHECK_EQ(Seen.calls, 1);
    CHECK_EQ(Seen.type, REG_DWORD);
    CHECK_EQ(KeysGet(top, L"Number"), 3);
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValues, ExpandsVariablesUnlessToldNotTo) {
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Expand", REG_EXPAND_SZ, L"%ConfName%\\x", sizeof(L"%ConfName%\\x")));
    CHECK_SUCCESS(Query(0, L"Expand", (PVOID)L"Other=1\0ConfName=value\0"));
    CHECK_EQ(Seen.type, REG_SZ);
    CHECK_BYTES(Seen.text, L"value\\x", sizeof(L"value\\x"));
    CHECK_SUCCESS(Query(RTL_QUERY_REGISTRY_NOEXPAND, L"Expand", (PVOID)L"ConfName=value\0"));
    CHECK_EQ(Seen.type, REG_EXPAND_SZ);
    CHECK_BYTES(Seen.text, L"%ConfName%\\x", sizeof(L"%ConfName%\\x"));
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValues, SplitsStringsUnlessToldNotTo) {
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Multi", REG_MULTI_SZ, L"one\0two\0", sizeof(L"one\0two\0")));
    CHECK_SUCCESS(Query(0, L"Multi", NULL));
    CHECK_EQ(Seen.calls, 2);
    CHECK_EQ(Seen.type, REG_SZ);
    CHECK_SUCCESS(Query(RTL_QUERY_REGISTRY_NOEXPAND, L"Multi", NULL));
    CHECK_EQ(Seen.calls, 1);
    CHECK_EQ(Seen.type, REG_MULTI_SZ);
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValues, StoresDirectly) {
    ULONG number = 5, out = 0;
    UNICODE_STRING text = {0};
    RTL_QUERY_REGISTRY_TABLE table[3];
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
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValues, StoresTheDefaultOfAMissingValue) {
    ULONG out = 0, fallback = 99;
    RTL_QUERY_REGISTRY_TABLE table[2];
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT;
    table[0].Name = L"Missing";
    table[0].EntryContext = &out;
    table[0].DefaultType = REG_DWORD;
    table[0].DefaultData = &fallback;
    table[0].DefaultLength = sizeof(fallback);
    CHECK_SUCCESS(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, table, NULL, NULL));
    CHECK_EQ(out, 99);
    KeysDone(top);
}

CONFORMANCE(RtlQueryRegistryValues, AKeyMayBeOptional) {
    ULONG out = 0;
    RTL_QUERY_REGISTRY_TABLE table[2];
    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT;
    table[0].Name = L"Missing";
    table[0].EntryContext = &out;
    CHECK_STATUS(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, L"NoSuchService", table, NULL, NULL), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_SUCCESS(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES | RTL_REGISTRY_OPTIONAL, L"NoSuchService", table, NULL, NULL));
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
    CHECK_STATUS(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, table, NULL, NULL), STATUS_OBJECT_TYPE_MISMATCH);
    KeysDone(top);
}

/* Has no page; headers that declare it say no more than that it takes the same. That our kernel refuses direct
 * entries without a type check is not tested: nobody documents it. */
CONFORMANCE(RtlQueryRegistryValuesEx, StoresDirectlyWithATypeCheck) {
    ULONG number = 5, out = 0;
    RTL_QUERY_REGISTRY_TABLE table[2];
    HANDLE top = KeysNew();
    REQUIRE(top != NULL);
    CHECK_SUCCESS(KeysSet(top, L"Number", REG_DWORD, &number, sizeof(number)));
    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT | 0x100;
    table[0].Name = L"Number";
    table[0].EntryContext = &out;
    table[0].DefaultType = (REG_DWORD << 24) | REG_NONE;
    CHECK_SUCCESS(RtlQueryRegistryValuesEx(RTL_REGISTRY_ABSOLUTE, KEYS_TOP, table, NULL, NULL));
    CHECK_EQ(out, 5);
    CHECK_STATUS(RtlQueryRegistryValuesEx(RTL_REGISTRY_SERVICES, L"NoSuchService", table, NULL, NULL), STATUS_OBJECT_NAME_NOT_FOUND);
    KeysDone(top);
}
