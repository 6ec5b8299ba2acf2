// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE_IN_CALLER(MmSecureVirtualMemory, TheProtectionCannotBeTakenAway) {
    PVOID page = NewUserMemory(PAGES(1), PAGE_READWRITE), base = page;
    HANDLE secured = MmSecureVirtualMemory(page, PAGE_SIZE, PAGE_READWRITE);
    SIZE_T bytes = 0;
    REQUIRE(secured != NULL);
    CHECK(!NT_SUCCESS(ZwFreeVirtualMemory(NtCurrentProcess(), &base, &bytes, MEM_RELEASE)));
    MmUnsecureVirtualMemory(secured);
    FreeUserMemory(page);
    CHECK_EQ(MmSecureVirtualMemory(page, PAGE_SIZE, PAGE_READWRITE), NULL);
}
