// SPDX-License-Identifier: GPL-2.0-only
// Facts: MmCreateSection, MmMapViewOfSection, MmUnmapViewOfSection and MmMapViewInSystemSpaceEx of
// public NT headers, as drivers declare them; the pages of NtCreateSection, ZwMapViewOfSection and
// MmMapViewInSystemSpace.
#include "memory.h"

NTKERNELAPI NTSTATUS NTAPI MmCreateSection(PVOID* SectionObject, ACCESS_MASK DesiredAccess,
                                           POBJECT_ATTRIBUTES ObjectAttributes,
                                           PLARGE_INTEGER MaximumSize, ULONG SectionPageProtection,
                                           ULONG AllocationAttributes, HANDLE FileHandle,
                                           PFILE_OBJECT FileObject);
NTKERNELAPI NTSTATUS NTAPI MmMapViewOfSection(PVOID SectionToMap, PEPROCESS Process,
                                              PVOID* CapturedBase, ULONG_PTR ZeroBits,
                                              SIZE_T CommitSize, PLARGE_INTEGER SectionOffset,
                                              PSIZE_T CapturedViewSize,
                                              SECTION_INHERIT InheritDisposition,
                                              ULONG AllocationType, ULONG Protect);
NTKERNELAPI NTSTATUS NTAPI MmUnmapViewOfSection(PEPROCESS Process, PVOID BaseAddress);
NTKERNELAPI NTSTATUS NTAPI MmMapViewInSystemSpaceEx(PVOID Section, PVOID* MappedBase,
                                                    PSIZE_T ViewSize, PLARGE_INTEGER SectionOffset,
                                                    ULONG_PTR Flags);

static PVOID NewObject(LONGLONG Bytes, ULONG Protect) {
    LARGE_INTEGER size = {.QuadPart = Bytes};
    PVOID section = NULL;
    CHECK_STATUS(
        MmCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size, Protect, SEC_COMMIT, NULL, NULL),
        STATUS_SUCCESS);
    return section;
}
CONFORMANCE(MmCreateSection, MakesASectionWithoutAHandle) {
    LARGE_INTEGER size = {.QuadPart = PAGE_SIZE};
    PVOID section = NewObject(PAGES(2), PAGE_READWRITE), base = NULL, none = NULL;
    SIZE_T bytes = 0;
    REQUIRE(section != NULL);
    CHECK_SUCCESS(MmMapViewInSystemSpace(section, &base, &bytes));
    CHECK_EQ(*(PUCHAR)base, 0);
    MmUnmapViewInSystemSpace(base);
    ObDereferenceObject(section);
    CHECK_STATUS(
        MmCreateSection(&none, SECTION_ALL_ACCESS, NULL, &size, 0x777, SEC_COMMIT, NULL, NULL),
        STATUS_INVALID_PAGE_PROTECTION);
}
CONFORMANCE_IN_CALLER(MmMapViewOfSection, MapsIntoTheProcess) {
    PVOID section = NewObject(PAGES(2), PAGE_READWRITE), one = NULL, other = NULL;
    SIZE_T bytes = 0;
    REQUIRE(section != NULL);
    CHECK_STATUS(MmMapViewOfSection(section, PsGetCurrentProcess(), &one, 0, 0, NULL, &bytes,
                                    ViewUnmap, 0, PAGE_READWRITE),
                 STATUS_SUCCESS);
    CHECK_EQ(bytes, PAGES(2));
    bytes = 0;
    CHECK_STATUS(MmMapViewOfSection(section, PsGetCurrentProcess(), &other, 0, 0, NULL, &bytes,
                                    ViewUnmap, 0, PAGE_READWRITE),
                 STATUS_SUCCESS);
    REQUIRE(one != NULL && other != NULL);
    ((PUCHAR)one)[5] = 0x77;
    CHECK_EQ(((PUCHAR)other)[5], 0x77);
    MmUnmapViewOfSection(PsGetCurrentProcess(), one);
    MmUnmapViewOfSection(PsGetCurrentProcess(), other);
    bytes = PAGES(9);
    CHECK_STATUS(MmMapViewOfSection(section, PsGetCurrentProcess(), &one, 0, 0, NULL, &bytes,
                                    ViewUnmap, 0, PAGE_READWRITE),
                 STATUS_INVALID_VIEW_SIZE);
    ObDereferenceObject(section);
}
CONFORMANCE_IN_CALLER(MmUnmapViewOfSection, EndsTheView) {
    PVOID section = NewObject(PAGES(1), PAGE_READWRITE), base = NULL;
    SIZE_T bytes = 0;
    REQUIRE(section != NULL);
    CHECK_SUCCESS(MmMapViewOfSection(section, PsGetCurrentProcess(), &base, 0, 0, NULL, &bytes,
                                     ViewUnmap, 0, PAGE_READWRITE));
    CHECK_STATUS(MmUnmapViewOfSection(PsGetCurrentProcess(), base), STATUS_SUCCESS);
    CHECK_STATUS(MmUnmapViewOfSection(PsGetCurrentProcess(), base), STATUS_NOT_MAPPED_VIEW);
    ObDereferenceObject(section);
}
CONFORMANCE(MmMapViewInSystemSpaceEx, BeginsAtTheOffset) {
    PVOID section = NewObject(PAGES(32), PAGE_READWRITE), whole = NULL, part = NULL;
    LARGE_INTEGER offset = {.QuadPart = 0};
    SIZE_T bytes = 0;
    REQUIRE(section != NULL);
    CHECK_SUCCESS(MmMapViewInSystemSpace(section, &whole, &bytes));
    ((PUCHAR)whole)[PAGES(16)] = 0x77;
    offset.QuadPart = PAGES(16) + 100;
    bytes = PAGES(1);
    CHECK_STATUS(MmMapViewInSystemSpaceEx(section, &part, &bytes, &offset, 0), STATUS_SUCCESS);
    CHECK_EQ(offset.QuadPart, PAGES(16));
    REQUIRE(part != NULL);
    CHECK_EQ(*(PUCHAR)part, 0x77);
    MmUnmapViewInSystemSpace(part);
    MmUnmapViewInSystemSpace(whole);
    offset.QuadPart = PAGES(32);
    CHECK(!NT_SUCCESS(MmMapViewInSystemSpaceEx(section, &part, &bytes, &offset, 0)));
    ObDereferenceObject(section);
}
