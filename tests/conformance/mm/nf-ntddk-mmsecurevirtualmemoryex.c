// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTKERNELAPI HANDLE NTAPI MmSecureVirtualMemoryEx(PVOID Address, SIZE_T Size, ULONG ProbeMode,
                                                 ULONG Flags);

CONFORMANCE_IN_CALLER(MmSecureVirtualMemoryEx, TheMemoryCannotBeFreed) {
    PVOID page = NewUserMemory(PAGES(1), PAGE_READWRITE), base = page;
    HANDLE secured = MmSecureVirtualMemoryEx(page, PAGE_SIZE, PAGE_READWRITE, 0);
    SIZE_T bytes = 0;
    REQUIRE(secured != NULL);
    CHECK(!NT_SUCCESS(ZwFreeVirtualMemory(NtCurrentProcess(), &base, &bytes, MEM_RELEASE)));
    MmUnsecureVirtualMemory(secured);
    FreeUserMemory(page);
    CHECK_EQ(MmSecureVirtualMemoryEx(page, PAGE_SIZE, PAGE_READWRITE, 0), NULL);
}
