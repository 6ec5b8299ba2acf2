// SPDX-License-Identifier: GPL-2.0-only
// (The page is nf-ntddk-exfreepool.) Mingw makes a macro of it.
#include "memory.h"

#undef ExFreePool
NTKERNELAPI VOID NTAPI ExFreePool(PVOID P);

CONFORMANCE(ExFreePool, GivesTheMemoryBack) {
    PVOID memory;
    ULONG i;
    for (i = 0; i < 64; i++) {
        memory = ExAllocatePoolWithTag(NonPagedPoolNx, 8 << 20, CONFORMANCE_TAG);
        REQUIRE(memory != NULL);
        AT_IRQL(DISPATCH_LEVEL, ExFreePool(memory));
    }
}
