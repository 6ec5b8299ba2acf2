// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTSYSAPI NTSTATUS NTAPI NtOpenSection(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);

// Each has a name of its own: where the function is missing, the section stays.
static VOID OpensByName(NTSTATUS(NTAPI* Open)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES),
                        PCWSTR Name) {
    UNICODE_STRING name;
    LARGE_INTEGER size = {.QuadPart = PAGE_SIZE};
    OBJECT_ATTRIBUTES attributes;
    HANDLE section = NULL, found = NULL;
    RtlInitUnicodeString(&name, Name);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    CHECK_SUCCESS(ZwCreateSection(&section, SECTION_ALL_ACCESS, &attributes, &size, PAGE_READWRITE,
                                  SEC_COMMIT, NULL));
    CHECK_STATUS(Open(&found, SECTION_MAP_READ, &attributes), STATUS_SUCCESS);
    ZwClose(found);
    ZwClose(section);
    CHECK_STATUS(Open(&found, SECTION_MAP_READ, &attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    RtlInitUnicodeString(&name, L"\\Device");
    CHECK_STATUS(Open(&found, SECTION_MAP_READ, &attributes), STATUS_OBJECT_TYPE_MISMATCH);
}
CONFORMANCE(NtOpenSection, OpensByName) { OpensByName(NtOpenSection, L"\\CfNtSection"); }
CONFORMANCE(ZwOpenSection, OpensByName) { OpensByName(ZwOpenSection, L"\\CfZwSection"); }
CONFORMANCE_IN_CALLER(ZwOpenSection, PhysicalMemoryCanBeMapped) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\PhysicalMemory");
    PUCHAR memory = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE_SIZE, CONFORMANCE_TAG), base = NULL;
    OBJECT_ATTRIBUTES attributes;
    LARGE_INTEGER offset;
    SIZE_T bytes = PAGES(16);
    HANDLE section = NULL;
    NTSTATUS status;
    REQUIRE(memory != NULL);
    memory[5] = 0x77;
    offset = MmGetPhysicalAddress(memory);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    status = ZwOpenSection(&section, SECTION_ALL_ACCESS, &attributes);
    if (!NT_SUCCESS(status)) ExFreePoolWithTag(memory, CONFORMANCE_TAG);
    REQUIRE(NT_SUCCESS(status));
    CHECK_STATUS(ZwMapViewOfSection(section, NtCurrentProcess(), (PVOID*)&base, 0, 0, &offset,
                                    &bytes, ViewUnmap, 0, PAGE_READWRITE),
                 STATUS_SUCCESS);
    if (base != NULL) {
        // The offset was rounded down to the allocation granularity.
        CHECK_EQ(base[MmGetPhysicalAddress(memory).QuadPart - offset.QuadPart + 5], 0x77);
        ZwUnmapViewOfSection(NtCurrentProcess(), base);
    }
    ZwClose(section);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
