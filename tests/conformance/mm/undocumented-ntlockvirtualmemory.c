// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtLockVirtualMemory of public headers (phnt); VirtualLock (memoryapi.h), whose system
// service it is.
#include "memory.h"

NTSYSAPI NTSTATUS NTAPI NtLockVirtualMemory(HANDLE, PVOID*, PSIZE_T, ULONG);
NTSYSAPI NTSTATUS NTAPI ZwLockVirtualMemory(HANDLE, PVOID*, PSIZE_T, ULONG);

static VOID MakesPagesResident(NTSTATUS(NTAPI* Lock)(HANDLE, PVOID*, PSIZE_T, ULONG),
                               PVOID* Where) {
    PUCHAR page = NewUserMemory(PAGES(2), PAGE_READWRITE);
    SIZE_T* bytes = (SIZE_T*)(Where + 1);
    Where[0] = page + 10;
    *bytes = PAGE_SIZE;
    CHECK_STATUS(Lock(NtCurrentProcess(), &Where[0], bytes, 1), STATUS_SUCCESS);
    CHECK_EQ(Where[0], (PVOID)page);
    CHECK_EQ(*bytes, PAGES(2));
    CHECK(MmIsAddressValid(page) && MmIsAddressValid(page + PAGE_SIZE));
    FreeUserMemory(page);
    Where[0] = NO_MEMORY;
    CHECK(!NT_SUCCESS(Lock(NtCurrentProcess(), &Where[0], bytes, 1)));
    CHECK_STATUS(Lock(NO_HANDLE, &Where[0], bytes, 1), STATUS_INVALID_HANDLE);
}
CONFORMANCE_IN_CALLER(ZwLockVirtualMemory, MakesPagesResident) {
    PVOID where[2];
    MakesPagesResident(ZwLockVirtualMemory, where);
}
CONFORMANCE_IN_CALLER(NtLockVirtualMemory, MakesPagesResident) {
    PVOID* where = NewUserMemory(PAGES(1), PAGE_READWRITE);
    REQUIRE(where != NULL);
    MakesPagesResident(NtLockVirtualMemory, where);
    FreeUserMemory(where);
}
