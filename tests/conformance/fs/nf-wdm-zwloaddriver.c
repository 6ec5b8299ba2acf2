/* SPDX-License-Identifier: GPL-2.0-only */
#include "files.h"

NTKERNELAPI NTSTATUS NTAPI NtLoadDriver(PUNICODE_STRING);
NTKERNELAPI NTSTATUS NTAPI NtUnloadDriver(PUNICODE_STRING);

#define SERVICES L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"
#define SERVICE SERVICES L"ConformanceLoaded"
#define FILE_PATH L"\\??\\C:\\Windows\\System32\\drivers\\ConformanceLoaded.sys"

/* The smallest driver there is: DriverEntry sets DriverUnload and returns STATUS_SUCCESS. */
static const UCHAR Code[] = {0x48, 0x8D, 0x05, 0x07, 0x00, 0x00, 0x00, /* lea rax, [unload] */
                             0x48, 0x89, 0x41, 0x68,                   /* mov [rcx+68h], rax */
                             0x31, 0xC0, 0xC3,                         /* xor eax, eax; ret */
                             0xC3};                                    /* unload: ret */

static void Put16(UCHAR* at, USHORT value) { RtlCopyMemory(at, &value, 2); }
static void Put32(UCHAR* at, ULONG value) { RtlCopyMemory(at, &value, 4); }

/* An image of one section, laid out by hand from the PE format. */
static void MakeImage(UCHAR image[0x400]) {
    UCHAR *nt = image + 0x80, *optional = nt + 24, *section = optional + 240;
    LONGLONG base = 0x140000000;
    RtlZeroMemory(image, 0x400);
    Put16(image, 0x5A4D);       /* MZ */
    Put32(image + 0x3C, 0x80);
    Put32(nt, 0x4550);          /* PE */
    Put16(nt + 4, 0x8664);
    Put16(nt + 6, 1);           /* sections */
    Put16(nt + 20, 240);        /* bytes of the optional header */
    Put16(nt + 22, 0x22);       /* executable, large addresses */
    Put16(optional, 0x20B);
    Put32(optional + 4, 0x200); /* code */
    Put32(optional + 16, 0x1000);
    Put32(optional + 20, 0x1000);
    RtlCopyMemory(optional + 24, &base, 8);
    Put32(optional + 32, 0x1000);
    Put32(optional + 36, 0x200);
    Put16(optional + 40, 10);
    Put16(optional + 48, 10);
    Put32(optional + 56, 0x2000);
    Put32(optional + 60, 0x200);
    Put16(optional + 68, 1);    /* native */
    Put32(optional + 108, 16);
    RtlCopyMemory(section, ".text", 5);
    Put32(section + 8, sizeof(Code));
    Put32(section + 12, 0x1000);
    Put32(section + 16, 0x200);
    Put32(section + 20, 0x200);
    Put32(section + 36, 0x60000020);
    RtlCopyMemory(image + 0x200, Code, sizeof(Code));
}

static NTSTATUS Load(const WCHAR* service) {
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, service);
    return ZwLoadDriver(&name);
}
static NTSTATUS Unload(const WCHAR* service) {
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, service);
    return ZwUnloadDriver(&name);
}

static BOOLEAN Install(const WCHAR* path, const WCHAR* image_path, const void* image, ULONG bytes) {
    ULONG type = 1, length = 0;
    HANDLE file = FilesNew(path);
    NTSTATUS status = file ? FilesWrite(file, image, bytes, 0) : STATUS_UNSUCCESSFUL;
    if (file) ZwClose(file);
    while (image_path && image_path[length]) ++length;
    if (NT_SUCCESS(status)) status = RtlCreateRegistryKey(RTL_REGISTRY_SERVICES, L"ConformanceLoaded");
    if (NT_SUCCESS(status)) status = RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, L"ConformanceLoaded", L"Type", REG_DWORD, &type, sizeof(type));
    if (NT_SUCCESS(status) && image_path) status = RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, L"ConformanceLoaded", L"ImagePath", REG_EXPAND_SZ, (PVOID)image_path, (length + 1) * sizeof(WCHAR));
    return NT_SUCCESS(status);
}

static void Uninstall(const WCHAR* path) {
    HANDLE key;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, SERVICE);
    if (NT_SUCCESS(ZwOpenKey(&key, KEY_ALL_ACCESS, &attributes))) {
        ZwDeleteKey(key);
        ZwClose(key);
    }
    CHECK_SUCCESS(FilesDelete(path));
}

CONFORMANCE(ZwLoadDriver, LoadsTheImageThatTheKeyNames) {
    static UCHAR image[0x400];
    static const WCHAR* const paths[] = {NULL, FILE_PATH, L"System32\\drivers\\ConformanceLoaded.sys", L"\\SystemRoot\\System32\\drivers\\ConformanceLoaded.sys",
                                         L"%SystemRoot%\\System32\\drivers\\ConformanceLoaded.sys"};
    MakeImage(image);
    for (ULONG i = 0; i < RTL_NUMBER_OF(paths); ++i) {
        REQUIRE(Install(FILE_PATH, paths[i], image, sizeof(image)));
        CHECK_STATUS(Load(SERVICE), STATUS_SUCCESS);
        CHECK_STATUS(Load(SERVICE), STATUS_IMAGE_ALREADY_LOADED);
        CHECK_STATUS(Unload(SERVICE), STATUS_SUCCESS);
        Uninstall(FILE_PATH);
    }
}

CONFORMANCE(ZwLoadDriver, RefusesMissingKeysFilesAndWhatIsNoImage) {
    CHECK(!NT_SUCCESS(Load(SERVICES L"NoSuchService")));
    REQUIRE(Install(FILE_PATH, L"\\??\\C:\\nothing.sys", "x", 1));
    CHECK(!NT_SUCCESS(Load(SERVICE)));
    Uninstall(FILE_PATH);
    REQUIRE(Install(FILE_PATH, NULL, "this is no image", 16));
    CHECK(!NT_SUCCESS(Load(SERVICE)));
    Uninstall(FILE_PATH);
}

CONFORMANCE(NtLoadDriver, LoadsAsItsTwinDoes) {
    static UCHAR image[0x400];
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, SERVICE);
    CHECK(!NT_SUCCESS(NtLoadDriver(&name))); /* before anything is there that could be left */
    MakeImage(image);
    REQUIRE(Install(FILE_PATH, NULL, image, sizeof(image)));
    CHECK_STATUS(NtLoadDriver(&name), STATUS_SUCCESS);
    CHECK_STATUS(NtUnloadDriver(&name), STATUS_SUCCESS);
    Uninstall(FILE_PATH);
    CHECK(!NT_SUCCESS(NtLoadDriver(&name)));
}

CONFORMANCE_IN_CALLER(NtLoadDriver, AsksForThePrivilege) {
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, SERVICE);
    CHECK_STATUS(NtLoadDriver(&name), STATUS_PRIVILEGE_NOT_HELD);
}
