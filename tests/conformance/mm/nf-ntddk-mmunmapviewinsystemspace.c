// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmUnmapViewInSystemSpace, TheAddressIsNoLongerValid) {
    HANDLE section = NewSection(PAGES(1), PAGE_READWRITE);
    PVOID object = NULL, base = NULL;
    SIZE_T bytes = 0;
    CHECK_SUCCESS(
        ObReferenceObjectByHandle(section, SECTION_ALL_ACCESS, NULL, KernelMode, &object, NULL));
    CHECK_SUCCESS(MmMapViewInSystemSpace(object, &base, &bytes));
    *(PUCHAR)base = 1;
    CHECK_STATUS(MmUnmapViewInSystemSpace(base), STATUS_SUCCESS);
    CHECK_EQ(MmIsAddressValid(base), FALSE);
    CHECK_STATUS(MmUnmapViewInSystemSpace(base), STATUS_NOT_MAPPED_VIEW);
    ObDereferenceObject(object);
    ZwClose(section);
}
