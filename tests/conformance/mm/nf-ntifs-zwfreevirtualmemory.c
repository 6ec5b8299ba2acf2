// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

typedef NTSTATUS(NTAPI* RELEASE)(HANDLE, PVOID*, PSIZE_T, ULONG);
static VOID DecommitsAndReleases(RELEASE Free, PVOID* Where) {
    SIZE_T* bytes = (SIZE_T*)(Where + 1);
    PUCHAR base = NewUserMemory(PAGES(4), PAGE_READWRITE);
    base[PAGE_SIZE] = 1;
    Where[0] = base + PAGE_SIZE;
    *bytes = PAGES(1);
    CHECK_STATUS(Free(NtCurrentProcess(), &Where[0], bytes, MEM_DECOMMIT), STATUS_SUCCESS);
    CHECK_EQ(MmIsAddressValid(base + PAGE_SIZE), FALSE);
    base[0] = 1;
    Where[0] = base + PAGES(2);  // not the base of the allocation
    *bytes = 0;
    CHECK(!NT_SUCCESS(Free(NtCurrentProcess(), &Where[0], bytes, MEM_RELEASE)));
    base[PAGES(2)] = 2;
    Where[0] = base;
    *bytes = 0;
    CHECK_STATUS(Free(NtCurrentProcess(), &Where[0], bytes, MEM_RELEASE), STATUS_SUCCESS);
    Where[0] = NO_MEMORY;
    *bytes = 0;
    CHECK(!NT_SUCCESS(Free(NtCurrentProcess(), &Where[0], bytes, MEM_RELEASE)));
    CHECK(!NT_SUCCESS(Free(NtCurrentProcess(), &Where[0], bytes, 0)));
    CHECK_STATUS(Free(NO_HANDLE, &Where[0], bytes, MEM_RELEASE), STATUS_INVALID_HANDLE);
}
CONFORMANCE_IN_CALLER(ZwFreeVirtualMemory, DecommitsAndReleases) {
    PVOID where[2];
    DecommitsAndReleases(ZwFreeVirtualMemory, where);
}
CONFORMANCE_IN_CALLER(NtFreeVirtualMemory, DecommitsAndReleases) {
    PVOID* where = NewUserMemory(PAGES(1), PAGE_READWRITE);
    REQUIRE(where != NULL);
    DecommitsAndReleases(NtFreeVirtualMemory, where);
    FreeUserMemory(where);
}
