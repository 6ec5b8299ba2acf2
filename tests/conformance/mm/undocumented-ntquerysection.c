// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtQuerySection of public headers (phnt).
#include "memory.h"

typedef struct _BASIC {
    PVOID BaseAddress;
    ULONG AllocationAttributes;
    LARGE_INTEGER MaximumSize;
} BASIC;
NTSYSAPI NTSTATUS NTAPI NtQuerySection(HANDLE, ULONG, PVOID, SIZE_T, PSIZE_T);
NTSYSAPI NTSTATUS NTAPI ZwQuerySection(HANDLE, ULONG, PVOID, SIZE_T, PSIZE_T);

static VOID TellsTheSize(NTSTATUS(NTAPI* Query)(HANDLE, ULONG, PVOID, SIZE_T, PSIZE_T)) {
    HANDLE section = NewSection(PAGES(3), PAGE_READWRITE);
    UCHAR image[64]; /* SECTION_IMAGE_INFORMATION */
    SIZE_T returned = 0;
    BASIC basic;
    CHECK_STATUS(Query(section, 0, &basic, sizeof(basic), &returned), STATUS_SUCCESS);
    CHECK_EQ(returned, sizeof(basic));
    CHECK_EQ(basic.MaximumSize.QuadPart, PAGES(3));
    CHECK_EQ(basic.AllocationAttributes & SEC_COMMIT, SEC_COMMIT);
    CHECK_STATUS(Query(section, 1, image, sizeof(image), NULL), STATUS_SECTION_NOT_IMAGE);
    CHECK_STATUS(Query(section, 0, &basic, 4, NULL), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Query(section, 77, &basic, sizeof(basic), NULL), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Query(NO_HANDLE, 0, &basic, sizeof(basic), NULL), STATUS_INVALID_HANDLE);
    ZwClose(section);
}
CONFORMANCE(NtQuerySection, TellsTheSize) { TellsTheSize(NtQuerySection); }
CONFORMANCE(ZwQuerySection, TellsTheSize) { TellsTheSize(ZwQuerySection); }
