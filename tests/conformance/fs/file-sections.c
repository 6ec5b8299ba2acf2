/* SPDX-License-Identifier: GPL-2.0-only */
/* Sections of files and images; ../mm has those of memory. */
#include "files.h"

/* Each test has a file of its own: one that ends early leaves its file mapped. */
#define PATH(test) L"\\??\\C:\\file-sections." test
#ifndef SEC_IMAGE /* winnt.h has it, the DDK of mingw has not */
#define SEC_IMAGE 0x01000000
#endif

static NTSTATUS Section(PHANDLE section, HANDLE file, LONGLONG bytes, ULONG protect, ULONG flags) {
    OBJECT_ATTRIBUTES attributes;
    LARGE_INTEGER size = {.QuadPart = bytes};
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateSection(section, SECTION_ALL_ACCESS, &attributes, bytes ? &size : NULL, protect, flags, file);
}
static NTSTATUS Map(HANDLE section, PVOID* view, ULONG protect) {
    SIZE_T bytes = 0;
    *view = NULL;
    return ZwMapViewOfSection(section, NtCurrentProcess(), view, 0, 0, NULL, &bytes, ViewUnmap, 0, protect);
}

CONFORMANCE(ZwCreateSection, ShowsAFilesContents) {
    HANDLE file = FilesNew(PATH(L"1")), section;
    UCHAR* view;
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "begin", 5, 0));
    CHECK_SUCCESS(FilesWrite(file, "end", 3, 9000));
    CHECK_SUCCESS(Section(&section, file, 0, PAGE_READONLY, SEC_COMMIT));
    CHECK_SUCCESS(Map(section, (PVOID*)&view, PAGE_READONLY));
    if (view) {
        CHECK_BYTES(view, "begin", 5);
        CHECK_BYTES(view + 9000, "end", 3);
        CHECK_EQ(view[9003], 0); /* behind the end of the file, zeroes */
        CHECK_SUCCESS(ZwUnmapViewOfSection(NtCurrentProcess(), view));
    }
    ZwClose(section);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH(L"1")));
}

CONFORMANCE(ZwCreateSection, WritesBackWhatViewsChange) {
    HANDLE file = FilesNew(PATH(L"2")), section, second;
    UCHAR *view, *other, data[5];
    ULONG_PTR got;
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "hello", 5, 0));
    REQUIRE(NT_SUCCESS(Section(&section, file, 8192, PAGE_READWRITE, SEC_COMMIT))); /* and makes it larger */
    CHECK_SUCCESS(Section(&second, file, 0, PAGE_READONLY, SEC_COMMIT));
    CHECK_SUCCESS(Map(section, (PVOID*)&view, PAGE_READWRITE));
    CHECK_SUCCESS(Map(second, (PVOID*)&other, PAGE_READONLY));
    if (view && other) {
        view[0] = 'J';
        view[8191] = 'z';
        CHECK_EQ(other[0], 'J'); /* sections of one file show the same */
        PVOID object;
        REQUIRE(NT_SUCCESS(ObReferenceObjectByHandle(file, 0, *IoFileObjectType, KernelMode, &object, NULL)));
        CcFlushCache(((PFILE_OBJECT)object)->SectionObjectPointer, NULL, 0, NULL);
        ObDereferenceObject(object);
        CHECK_SUCCESS(FilesRead(file, data, 5, 0, &got));
        CHECK_BYTES(data, "Jello", 5);
    }
    CHECK_SUCCESS(ZwUnmapViewOfSection(NtCurrentProcess(), view));
    CHECK_SUCCESS(ZwUnmapViewOfSection(NtCurrentProcess(), other));
    ZwClose(section);
    ZwClose(second);
    CHECK_SUCCESS(FilesRead(file, data, 5, 0, &got));
    CHECK_BYTES(data, "Jello", 5);
    CHECK_SUCCESS(FilesRead(file, data, 1, 8191, &got));
    CHECK_EQ(data[0], 'z');
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH(L"2")));
}

CONFORMANCE(ZwCreateSection, RefusesFilesThatDoNotFit) {
    HANDLE file = FilesNew(PATH(L"3")), section, directory, readable;
    REQUIRE(file != NULL);
    CHECK_STATUS(Section(&section, file, 0, PAGE_READONLY, SEC_COMMIT), STATUS_MAPPED_FILE_SIZE_ZERO);
    CHECK_SUCCESS(FilesWrite(file, "x", 1, 0));
    CHECK_STATUS(Section(&section, file, 100000, PAGE_READONLY, SEC_COMMIT), STATUS_SECTION_TOO_BIG);
    CHECK(!NT_SUCCESS(Section(&section, file, 0, PAGE_READONLY, SEC_IMAGE)));
    CHECK(!NT_SUCCESS(Section(&section, file, 0, PAGE_READONLY, 0)));
    REQUIRE_OPEN(FilesCreate(&readable, PATH(L"3"), FILES_READ, FILES_SHARE_ALL, FILE_OPEN, 0, NULL));
    CHECK_STATUS(Section(&section, readable, 0, PAGE_READWRITE, SEC_COMMIT), STATUS_ACCESS_DENIED);
    ZwClose(readable);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH(L"3")));
    REQUIRE_OPEN(FilesCreate(&directory, L"\\??\\C:\\Windows", FILES_READ, FILES_SHARE_ALL, FILE_OPEN, FILE_DIRECTORY_FILE, NULL));
    CHECK_STATUS(Section(&section, directory, 0, PAGE_READONLY, SEC_COMMIT), STATUS_INVALID_FILE_FOR_SECTION);
    ZwClose(directory);
}

static void Put16(UCHAR* at, USHORT value) { RtlCopyMemory(at, &value, 2); }
static void Put32(UCHAR* at, ULONG value) { RtlCopyMemory(at, &value, 4); }

CONFORMANCE(ZwCreateSection, LaysImagesOut) {
    static UCHAR image[0x400];
    UCHAR *nt = image + 0x80, *optional = nt + 24, *headers = optional + 240, *view;
    LONGLONG base = 0x150000000;
    HANDLE file = FilesNew(PATH(L"4")), section;
    NTSTATUS status;
    REQUIRE(file != NULL);
    Put16(image, 0x5A4D);
    Put32(image + 0x3C, 0x80);
    Put32(nt, 0x4550);
    Put16(nt + 4, 0x8664);
    Put16(nt + 6, 1);
    Put16(nt + 20, 240);
    Put16(nt + 22, 0x22);
    Put16(optional, 0x20B);
    Put32(optional + 16, 0x1000);
    RtlCopyMemory(optional + 24, &base, 8);
    Put32(optional + 32, 0x1000);
    Put32(optional + 36, 0x200);
    Put16(optional + 40, 10);
    Put16(optional + 48, 10);
    Put32(optional + 56, 0x2000);
    Put32(optional + 60, 0x200);
    Put16(optional + 68, 1);
    Put32(optional + 108, 16);
    RtlCopyMemory(headers, ".text", 5);
    Put32(headers + 8, 16);
    Put32(headers + 12, 0x1000);
    Put32(headers + 16, 0x200);
    Put32(headers + 20, 0x200);
    Put32(headers + 36, 0x60000020);
    RtlCopyMemory(image + 0x200, "code of the image", 17);
    CHECK_SUCCESS(FilesWrite(file, image, sizeof(image), 0));
    status = Section(&section, file, 0, PAGE_EXECUTE_READ, SEC_IMAGE); /* opened for other things */
    CHECK_STATUS(status, STATUS_ACCESS_DENIED);
    if (NT_SUCCESS(status)) ZwClose(section);
    REQUIRE(NT_SUCCESS(Section(&section, file, 0, PAGE_READONLY, SEC_IMAGE)));
    status = Map(section, (PVOID*)&view, PAGE_READONLY);
    CHECK(status == STATUS_SUCCESS || status == STATUS_IMAGE_NOT_AT_BASE);
    if (view) {
        CHECK_EQ(status == STATUS_SUCCESS, (LONGLONG)(ULONG_PTR)view == base);
        CHECK_BYTES(view, "MZ", 2);
        CHECK_BYTES(view + 0x1000, "code of the imag", 16); /* as many as the header says */
        CHECK_SUCCESS(ZwUnmapViewOfSection(NtCurrentProcess(), view));
    }
    ZwClose(section);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH(L"4")));
}

CONFORMANCE(NtCreateSection, MapsFilesAsItsTwinDoes) {
    HANDLE file = FilesNew(PATH(L"5")), section;
    OBJECT_ATTRIBUTES attributes;
    UCHAR* view;
    REQUIRE(file != NULL);
    CHECK_SUCCESS(FilesWrite(file, "twin", 4, 0));
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    REQUIRE(NT_SUCCESS(NtCreateSection(&section, SECTION_ALL_ACCESS, &attributes, NULL, PAGE_READONLY, SEC_COMMIT, file)));
    CHECK_SUCCESS(Map(section, (PVOID*)&view, PAGE_READONLY));
    if (view) {
        CHECK_BYTES(view, "twin", 4);
        ZwUnmapViewOfSection(NtCurrentProcess(), view);
    }
    CHECK_STATUS(NtCreateSection(&section, SECTION_ALL_ACCESS, &attributes, NULL, PAGE_READONLY, SEC_IMAGE, NULL), STATUS_INVALID_FILE_FOR_SECTION);
    NtClose(section);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH(L"5")));
}
