// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Facts: MmProbeAndLockProcessPages of ntddk.h: MmProbeAndLockPages for the pages of a process.
CONFORMANCE_IN_CALLER(MmProbeAndLockProcessPages, LocksPagesOfTheProcess) {
    PUCHAR page = NewUserMemory(PAGES(1), PAGE_READWRITE);
    PMDL mdl = IoAllocateMdl(page, 100, FALSE, FALSE, NULL);
    PUCHAR mapped;
    REQUIRE(mdl != NULL);
    page[5] = 0x77;
    MmProbeAndLockProcessPages(mdl, PsGetCurrentProcess(), UserMode, IoReadAccess);
    mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    REQUIRE(mapped != NULL);
    CHECK_EQ(mapped[5], 0x77);
    MmUnlockPages(mdl);
    CHECK_RAISES(MmProbeAndLockProcessPages(mdl, PsInitialSystemProcess, UserMode, IoReadAccess),
                 STATUS_ACCESS_VIOLATION);
    IoFreeMdl(mdl);
    FreeUserMemory(page);
}
