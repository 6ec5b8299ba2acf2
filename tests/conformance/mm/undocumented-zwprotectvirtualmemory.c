// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtProtectVirtualMemory of public headers (phnt); VirtualProtectEx (memoryapi.h), whose
// system service it is.
#include "memory.h"

NTSYSAPI NTSTATUS NTAPI ZwProtectVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress,
                                               PSIZE_T RegionSize, ULONG NewProtect,
                                               PULONG OldProtect);

CONFORMANCE_IN_CALLER(ZwProtectVirtualMemory, TellsTheProtectionBefore) {
    PUCHAR page = NewUserMemory(PAGES(1), PAGE_READWRITE);
    PVOID base = page + 10;
    SIZE_T bytes = 20;
    ULONG before = 0;
    PMDL mdl;
    CHECK_STATUS(ZwProtectVirtualMemory(NtCurrentProcess(), &base, &bytes, PAGE_READONLY, &before),
                 STATUS_SUCCESS);
    CHECK_EQ(before, PAGE_READWRITE);
    CHECK_EQ(base, (PVOID)page);
    CHECK_EQ(bytes, PAGES(1));
    mdl = IoAllocateMdl(page, 8, FALSE, FALSE, NULL);
    CHECK_RAISES(MmProbeAndLockPages(mdl, UserMode, IoWriteAccess), STATUS_ACCESS_VIOLATION);
    IoFreeMdl(mdl);
    CHECK_STATUS(ZwProtectVirtualMemory(NtCurrentProcess(), &base, &bytes, 0x777, &before),
                 STATUS_INVALID_PAGE_PROTECTION);
    FreeUserMemory(page);
    base = NO_MEMORY;
    CHECK(!NT_SUCCESS(
        ZwProtectVirtualMemory(NtCurrentProcess(), &base, &bytes, PAGE_READONLY, &before)));
}
