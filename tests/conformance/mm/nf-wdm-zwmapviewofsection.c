// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

typedef NTSTATUS(NTAPI* MAP)(HANDLE, HANDLE, PVOID*, ULONG_PTR, SIZE_T, PLARGE_INTEGER, PSIZE_T,
                             SECTION_INHERIT, ULONG, ULONG);
NTSYSAPI NTSTATUS NTAPI NtMapViewOfSection(HANDLE, HANDLE, PVOID*, ULONG_PTR, SIZE_T,
                                           PLARGE_INTEGER, PSIZE_T, SECTION_INHERIT, ULONG, ULONG);

// The views are a process' own; Nt's pointers are a user's there, so the arguments of the Nt
// service lie in user memory.
static VOID TwoViewsShowTheSamePages(MAP Map, PVOID* Where) {
    HANDLE section = NewSection(PAGES(2), PAGE_READWRITE);
    SIZE_T* bytes = (SIZE_T*)(Where + 2);
    PVOID base;
    Where[0] = Where[1] = NULL;
    *bytes = 0;
    CHECK_STATUS(Map(section, NtCurrentProcess(), &Where[0], 0, 0, NULL, bytes, ViewUnmap, 0,
                     PAGE_READWRITE),
                 STATUS_SUCCESS);
    CHECK_EQ(*bytes, PAGES(2));
    *bytes = 0;
    CHECK_STATUS(Map(section, NtCurrentProcess(), &Where[1], 0, 0, NULL, bytes, ViewUnmap, 0,
                     PAGE_READWRITE),
                 STATUS_SUCCESS);
    REQUIRE(Where[0] != NULL && Where[1] != NULL && Where[0] != Where[1]);
    ((PUCHAR)Where[0])[PAGE_SIZE] = 0x77;
    CHECK_EQ(((PUCHAR)Where[1])[PAGE_SIZE], 0x77);
    base = Where[0];
    CHECK_SUCCESS(ZwUnmapViewOfSection(NtCurrentProcess(), base));
    base = Where[1];
    CHECK_SUCCESS(ZwUnmapViewOfSection(NtCurrentProcess(), base));
    *bytes = PAGES(5);  // beyond the section
    CHECK_STATUS(Map(section, NtCurrentProcess(), &Where[0], 0, 0, NULL, bytes, ViewUnmap, 0,
                     PAGE_READWRITE),
                 STATUS_INVALID_VIEW_SIZE);
    *bytes = 0;
    Where[0] = NULL;
    CHECK_STATUS(Map(NO_HANDLE, NtCurrentProcess(), &Where[0], 0, 0, NULL, bytes, ViewUnmap, 0,
                     PAGE_READWRITE),
                 STATUS_INVALID_HANDLE);
    ZwClose(section);
}
CONFORMANCE_IN_CALLER(ZwMapViewOfSection, TwoViewsShowTheSamePages) {
    PVOID where[4];
    TwoViewsShowTheSamePages(ZwMapViewOfSection, where);
}
CONFORMANCE_IN_CALLER(ZwMapViewOfSection, RefusesMoreThanTheSectionAllows) {
    HANDLE section = NewSection(PAGES(1), PAGE_READONLY);
    PVOID base = NULL;
    SIZE_T bytes = 0;
    CHECK_STATUS(ZwMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL, &bytes,
                                    ViewUnmap, 0, PAGE_READWRITE),
                 STATUS_SECTION_PROTECTION);
    ZwClose(section);
}
CONFORMANCE_IN_CALLER(ZwMapViewOfSection, RefusesAnAddressThatIsTaken) {
    HANDLE section = NewSection(PAGES(1), PAGE_READWRITE);
    PVOID taken = NewUserMemory(PAGES(16), PAGE_READWRITE), base = taken;
    SIZE_T bytes = 0;
    CHECK_STATUS(ZwMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL, &bytes,
                                    ViewUnmap, 0, PAGE_READWRITE),
                 STATUS_CONFLICTING_ADDRESSES);
    FreeUserMemory(taken);
    ZwClose(section);
}
CONFORMANCE_IN_CALLER(NtMapViewOfSection, AUserMapsOwnHandles) {
    LARGE_INTEGER size = {.QuadPart = PAGE_SIZE};
    PVOID* where = NewUserMemory(PAGES(1), PAGE_READWRITE);
    OBJECT_ATTRIBUTES attributes;
    HANDLE section = NULL;
    REQUIRE(where != NULL);
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_SUCCESS(ZwCreateSection(&section, SECTION_MAP_READ | SECTION_MAP_WRITE, &attributes,
                                  &size, PAGE_READWRITE, SEC_COMMIT, NULL));
    CHECK_STATUS(NtMapViewOfSection(section, NtCurrentProcess(), &where[0], 0, 0, NULL,
                                    (PSIZE_T)&where[2], ViewUnmap, 0, PAGE_READWRITE),
                 STATUS_SUCCESS);
    REQUIRE(where[0] != NULL);
    *(PUCHAR)where[0] = 0x77;
    CHECK_SUCCESS(ZwUnmapViewOfSection(NtCurrentProcess(), where[0]));
    CHECK_STATUS(NtMapViewOfSection(section, NtCurrentProcess(), (PVOID*)0x10, 0, 0, NULL,
                                    (PSIZE_T)&where[2], ViewUnmap, 0, PAGE_READWRITE),
                 STATUS_ACCESS_VIOLATION);
    NtClose(section);
    FreeUserMemory(where);
}
