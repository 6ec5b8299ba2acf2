// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

typedef NTSTATUS(NTAPI* CREATE)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PLARGE_INTEGER, ULONG,
                                ULONG, HANDLE);
static VOID MakesPagesThatAViewShows(CREATE Create) {
    LARGE_INTEGER size = {.QuadPart = 3 * PAGE_SIZE};
    OBJECT_ATTRIBUTES attributes;
    HANDLE section = NULL;
    PVOID object = NULL, view = NULL;
    SIZE_T bytes = 0;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(
        Create(&section, SECTION_ALL_ACCESS, &attributes, &size, PAGE_READWRITE, SEC_COMMIT, NULL),
        STATUS_SUCCESS);
    CHECK_SUCCESS(
        ObReferenceObjectByHandle(section, SECTION_ALL_ACCESS, NULL, KernelMode, &object, NULL));
    CHECK_SUCCESS(MmMapViewInSystemSpace(object, &view, &bytes));
    CHECK_EQ(((PUCHAR)view)[PAGES(3) - 1], 0);
    ((PUCHAR)view)[0] = 1;
    MmUnmapViewInSystemSpace(view);
    ObDereferenceObject(object);
    ZwClose(section);
}
CONFORMANCE(NtCreateSection, MakesPagesThatAViewShows) {
    MakesPagesThatAViewShows(NtCreateSection);
}
CONFORMANCE(ZwCreateSection, MakesPagesThatAViewShows) {
    MakesPagesThatAViewShows(ZwCreateSection);
}
static VOID RefusesAsDocumented(CREATE Create) {
    LARGE_INTEGER size = {.QuadPart = PAGE_SIZE}, none = {.QuadPart = 0};
    OBJECT_ATTRIBUTES attributes;
    HANDLE section = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(Create(&section, SECTION_ALL_ACCESS, &attributes, &size, 0x777, SEC_COMMIT, NULL),
                 STATUS_INVALID_PAGE_PROTECTION);
    CHECK(!NT_SUCCESS(Create(&section, SECTION_ALL_ACCESS, &attributes, &none, PAGE_READWRITE,
                             SEC_COMMIT, NULL)));
    CHECK(!NT_SUCCESS(
        Create(&section, SECTION_ALL_ACCESS, &attributes, NULL, PAGE_READWRITE, SEC_COMMIT, NULL)));
}
CONFORMANCE(NtCreateSection, RefusesAsDocumented) { RefusesAsDocumented(NtCreateSection); }
CONFORMANCE(ZwCreateSection, RefusesAsDocumented) { RefusesAsDocumented(ZwCreateSection); }
