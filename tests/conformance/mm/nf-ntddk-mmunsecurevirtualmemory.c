// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE_IN_CALLER(MmUnsecureVirtualMemory, TheMemoryCanBeFreedAgain) {
    PVOID page = NewUserMemory(PAGES(1), PAGE_READWRITE);
    HANDLE one = MmSecureVirtualMemory(page, PAGE_SIZE, PAGE_READONLY);
    HANDLE other = MmSecureVirtualMemory(page, PAGE_SIZE, PAGE_READONLY);
    PVOID base = page;
    SIZE_T bytes = 0;
    REQUIRE(one != NULL && other != NULL);
    MmUnsecureVirtualMemory(one);
    CHECK(!NT_SUCCESS(ZwFreeVirtualMemory(NtCurrentProcess(), &base, &bytes, MEM_RELEASE)));
    MmUnsecureVirtualMemory(other);
    FreeUserMemory(page);
}
