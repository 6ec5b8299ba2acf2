/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of files share: short ways to open, write, read and delete below \??\C:\. */
#ifndef RSL_CONFORMANCE_FILES_H
#define RSL_CONFORMANCE_FILES_H

#include "conformance.h"

#define FILES_READ (FILE_GENERIC_READ | SYNCHRONIZE)
#define FILES_ALL (FILE_GENERIC_READ | FILE_GENERIC_WRITE | DELETE | SYNCHRONIZE)
#define FILES_SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static __attribute__((unused)) OBJECT_ATTRIBUTES FilesAttributes(PUNICODE_STRING name, const WCHAR* path) {
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(name, path);
    InitializeObjectAttributes(&attributes, name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return attributes;
}

/* Ends the test, telling the status, when a file that it is about cannot be opened. */
#define REQUIRE_OPEN(call)                                                                     \
    do {                                                                                       \
        NTSTATUS opened_ = (call);                                                             \
        if (!NT_SUCCESS(opened_)) {                                                            \
            ConformanceFail(__FILE__, __LINE__, "%s is 0x%08x; ends here", #call, opened_);    \
            return;                                                                            \
        }                                                                                      \
    } while (0)

/* The call must not open or make anything; what it opens nevertheless is closed. */
#define CHECK_NOT_OPENED(call, handle, expected)                                                                  \
    do {                                                                                                          \
        NTSTATUS opened_ = (call);                                                                                \
        if (NT_SUCCESS(opened_)) ZwClose(handle);                                                                 \
        if (opened_ != (expected))                                                                                \
            ConformanceFail(__FILE__, __LINE__, "%s is 0x%08x, expected 0x%08x (%s)", #call, opened_, (expected), #expected); \
    } while (0)

/* Synchronous; *information gets what creating did. */
static __attribute__((unused)) NTSTATUS FilesCreate(PHANDLE handle, const WCHAR* path, ACCESS_MASK access, ULONG share,
                                                    ULONG disposition, ULONG options, ULONG_PTR* information) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, path);
    IO_STATUS_BLOCK status = {{0}};
    NTSTATUS result = ZwCreateFile(handle, access | SYNCHRONIZE, &attributes, &status, NULL, FILE_ATTRIBUTE_NORMAL, share,
                                   disposition, options | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    if (information) *information = status.Information;
    return result;
}

static __attribute__((unused)) HANDLE FilesNew(const WCHAR* path) {
    HANDLE file = NULL;
    NTSTATUS status = FilesCreate(&file, path, FILES_ALL, FILES_SHARE_ALL, FILE_OVERWRITE_IF, FILE_NON_DIRECTORY_FILE, NULL);
    return NT_SUCCESS(status) ? file : NULL;
}

static __attribute__((unused)) HANDLE FilesNewDirectory(const WCHAR* path) {
    HANDLE file = NULL;
    NTSTATUS status = FilesCreate(&file, path, FILES_READ | DELETE, FILES_SHARE_ALL, FILE_OPEN_IF, FILE_DIRECTORY_FILE, NULL);
    return NT_SUCCESS(status) ? file : NULL;
}

static __attribute__((unused)) NTSTATUS FilesWrite(HANDLE file, const void* data, ULONG bytes, LONGLONG at) {
    IO_STATUS_BLOCK status;
    LARGE_INTEGER offset = {.QuadPart = at};
    return ZwWriteFile(file, NULL, NULL, NULL, &status, (PVOID)data, bytes, &offset, NULL);
}

static __attribute__((unused)) NTSTATUS FilesRead(HANDLE file, void* data, ULONG bytes, LONGLONG at, ULONG_PTR* got) {
    IO_STATUS_BLOCK status = {{0}};
    LARGE_INTEGER offset = {.QuadPart = at};
    NTSTATUS result = ZwReadFile(file, NULL, NULL, NULL, &status, data, bytes, &offset, NULL);
    if (got) *got = status.Information;
    return result;
}

static __attribute__((unused)) NTSTATUS FilesDelete(const WCHAR* path) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, path);
    return ZwDeleteFile(&attributes);
}

static __attribute__((unused)) NTSTATUS FilesExists(const WCHAR* path) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes = FilesAttributes(&name, path);
    FILE_NETWORK_OPEN_INFORMATION information;
    return ZwQueryFullAttributesFile(&attributes, &information);
}

#endif
