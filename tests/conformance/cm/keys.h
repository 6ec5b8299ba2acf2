/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of the registry share: a key of their own, short ways to make keys and values. */
#ifndef RSL_CONFORMANCE_KEYS_H
#define RSL_CONFORMANCE_KEYS_H

#include "conformance.h"

#define KEYS_TOP L"\\Registry\\Machine\\Software\\Conformance"

static __attribute__((unused)) NTSTATUS KeysCreate(PHANDLE key, HANDLE root, const WCHAR* path, ULONG options, PULONG disposition) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, root, NULL);
    return ZwCreateKey(key, KEY_ALL_ACCESS, &attributes, 0, NULL, options, disposition);
}
static __attribute__((unused)) NTSTATUS KeysOpen(PHANDLE key, HANDLE root, const WCHAR* path) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, root, NULL);
    return ZwOpenKey(key, KEY_ALL_ACCESS, &attributes);
}
static __attribute__((unused)) NTSTATUS KeysSet(HANDLE key, const WCHAR* value, ULONG type, const void* data, ULONG bytes) {
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, value);
    return ZwSetValueKey(key, &name, 0, type, (PVOID)data, bytes);
}
/* The value's data as a number; 0xDEAD when it cannot be read. */
static __attribute__((unused)) ULONG KeysGet(HANDLE key, const WCHAR* value) {
    UCHAR buffer[64];
    KEY_VALUE_PARTIAL_INFORMATION* partial = (KEY_VALUE_PARTIAL_INFORMATION*)buffer;
    UNICODE_STRING name;
    ULONG length;
    RtlInitUnicodeString(&name, value);
    if (!NT_SUCCESS(ZwQueryValueKey(key, &name, KeyValuePartialInformation, buffer, sizeof(buffer), &length))) return 0xDEAD;
    return *(ULONG*)partial->Data;
}
/* Deletes what is below a key: what a test that failed left there. */
static __attribute__((unused)) void KeysSweep(HANDLE key) {
    UCHAR buffer[512];
    KEY_BASIC_INFORMATION* basic = (KEY_BASIC_INFORMATION*)buffer;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE child;
    ULONG length, tries = 0;
    while (tries++ < 100 && NT_SUCCESS(ZwEnumerateKey(key, 0, KeyBasicInformation, buffer, sizeof(buffer), &length))) {
        name.Buffer = basic->Name;
        name.Length = name.MaximumLength = (USHORT)basic->NameLength;
        InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE | OBJ_OPENLINK, key, NULL);
        if (!NT_SUCCESS(ZwOpenKey(&child, KEY_ALL_ACCESS, &attributes))) return;
        KeysSweep(child);
        ZwDeleteKey(child);
        ZwClose(child);
    }
}
/* A fresh empty key; KeysDone() removes it. */
static __attribute__((unused)) HANDLE KeysNew(void) {
    HANDLE key = NULL;
    ULONG disposition = REG_CREATED_NEW_KEY;
    if (!NT_SUCCESS(KeysCreate(&key, NULL, KEYS_TOP, 0, &disposition))) return NULL;
    if (disposition == REG_CREATED_NEW_KEY) return key;
    KeysSweep(key);
    ZwDeleteKey(key);
    ZwClose(key);
    return NT_SUCCESS(KeysCreate(&key, NULL, KEYS_TOP, 0, NULL)) ? key : NULL;
}
static __attribute__((unused)) void KeysDone(HANDLE key) {
    CHECK_SUCCESS(ZwDeleteKey(key));
    CHECK_SUCCESS(ZwClose(key));
}

#endif
