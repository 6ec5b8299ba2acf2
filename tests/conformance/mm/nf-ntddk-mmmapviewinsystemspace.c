// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmMapViewInSystemSpace, ShowsTheSectionToEveryProcess) {
    HANDLE section = NewSection(PAGES(2), PAGE_READWRITE);
    PVOID object = NULL, one = NULL, other = NULL;
    SIZE_T bytes = 0;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    CHECK_SUCCESS(
        ObReferenceObjectByHandle(section, SECTION_ALL_ACCESS, NULL, KernelMode, &object, NULL));
    AT_IRQL(APC_LEVEL, status = MmMapViewInSystemSpace(object, &one, &bytes));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK(one >= MmSystemRangeStart && bytes >= PAGES(2));
    bytes = PAGES(1);
    CHECK_STATUS(MmMapViewInSystemSpace(object, &other, &bytes), STATUS_SUCCESS);
    *(PUCHAR)one = 0x77;
    CHECK_EQ(*(PUCHAR)other, 0x77);
    MmUnmapViewInSystemSpace(one);
    MmUnmapViewInSystemSpace(other);
    bytes = PAGES(99);
    CHECK(!NT_SUCCESS(MmMapViewInSystemSpace(object, &one, &bytes)));
    ObDereferenceObject(object);
    ZwClose(section);
}
