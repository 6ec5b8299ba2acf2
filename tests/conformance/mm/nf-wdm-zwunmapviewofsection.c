// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTSYSAPI NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE, PVOID);

static VOID EndsTheView(NTSTATUS(NTAPI* Unmap)(HANDLE, PVOID)) {
    HANDLE section = NewSection(PAGES(1), PAGE_READWRITE);
    PVOID base = NULL;
    SIZE_T bytes = 0;
    CHECK_SUCCESS(ZwMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL, &bytes,
                                     ViewUnmap, 0, PAGE_READWRITE));
    *(PUCHAR)base = 1;
    CHECK_STATUS(Unmap(NtCurrentProcess(), base), STATUS_SUCCESS);
    CHECK_EQ(MmIsAddressValid(base), FALSE);
    CHECK_STATUS(Unmap(NtCurrentProcess(), base), STATUS_NOT_MAPPED_VIEW);
    CHECK_STATUS(Unmap(NO_HANDLE, base), STATUS_INVALID_HANDLE);
    ZwClose(section);
}
CONFORMANCE_IN_CALLER(NtUnmapViewOfSection, EndsTheView) { EndsTheView(NtUnmapViewOfSection); }
CONFORMANCE_IN_CALLER(ZwUnmapViewOfSection, EndsTheView) { EndsTheView(ZwUnmapViewOfSection); }
