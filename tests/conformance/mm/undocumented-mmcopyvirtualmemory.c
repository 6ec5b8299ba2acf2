// SPDX-License-Identifier: GPL-2.0-only
// Facts: MmCopyVirtualMemory as drivers declare it (public headers of NT's research kernel).
#include "memory.h"

NTKERNELAPI NTSTATUS NTAPI MmCopyVirtualMemory(PEPROCESS SourceProcess, PVOID SourceAddress,
                                               PEPROCESS TargetProcess, PVOID TargetAddress,
                                               SIZE_T BufferSize, KPROCESSOR_MODE PreviousMode,
                                               PSIZE_T ReturnSize);

CONFORMANCE_IN_CALLER(MmCopyVirtualMemory, CopiesBetweenProcesses) {
    PUCHAR page = NewUserMemory(PAGES(1), PAGE_READWRITE), copy;
    SIZE_T copied = 0;
    copy = ExAllocatePoolWithTag(NonPagedPoolNx, 64, CONFORMANCE_TAG);
    REQUIRE(page != NULL && copy != NULL);
    RtlFillMemory(page, 64, 0x77);
    CHECK_STATUS(MmCopyVirtualMemory(PsGetCurrentProcess(), page, PsInitialSystemProcess, copy, 64,
                                     KernelMode, &copied),
                 STATUS_SUCCESS);
    CHECK_EQ(copied, 64);
    CHECK_BYTES(copy, page, 64);
    FreeUserMemory(page);
    CHECK(!NT_SUCCESS(MmCopyVirtualMemory(PsGetCurrentProcess(), page, PsInitialSystemProcess, copy,
                                          64, KernelMode, &copied)));
    ExFreePoolWithTag(copy, CONFORMANCE_TAG);
}
