/* SPDX-License-Identifier: GPL-2.0-only */
/* No page describes it; ntddk.h of the WDK has its prototype: the address of an export of an image,
 * or NULL. */
#include "conformance.h"

NTSYSAPI PVOID NTAPI RtlFindExportedRoutineByName(PVOID ImageBase, PCSTR RoutineName);
NTSYSAPI PVOID NTAPI RtlPcToFileHeader(PVOID PcValue, PVOID* BaseOfImage);

CONFORMANCE(RtlFindExportedRoutineByName, FindsAnExportOfTheKernel) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"ExAllocatePoolWithTag");
    PVOID address = MmGetSystemRoutineAddress(&name), kernel = NULL;
    REQUIRE(address != NULL && RtlPcToFileHeader(address, &kernel) != NULL);
    CHECK_EQ(RtlFindExportedRoutineByName(kernel, "ExAllocatePoolWithTag"), address);
    CHECK_EQ(RtlFindExportedRoutineByName(kernel, "NobodyExportsThis"), NULL);
}
