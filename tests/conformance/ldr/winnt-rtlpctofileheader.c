/* SPDX-License-Identifier: GPL-2.0-only */
/* learn.microsoft.com/windows/win32/api/winnt/nf-winnt-rtlpctofileheader */
#include "conformance.h"

NTSYSAPI PVOID NTAPI RtlPcToFileHeader(PVOID PcValue, PVOID* BaseOfImage);

CONFORMANCE(RtlPcToFileHeader, TellsTheImageOfAnAddress) {
    PVOID base = NULL, memory = ExAllocatePoolWithTag(NonPagedPoolNx, 64, CONFORMANCE_TAG);
    CHECK_EQ(RtlPcToFileHeader((PVOID)ConformanceDriver->DriverUnload, &base),
             ConformanceDriver->DriverStart);
    CHECK_EQ(base, ConformanceDriver->DriverStart);
    REQUIRE(memory != NULL);
    CHECK_EQ(RtlPcToFileHeader(memory, &base), NULL);
    CHECK_EQ(base, NULL);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
