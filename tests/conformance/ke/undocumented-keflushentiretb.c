// SPDX-License-Identifier: GPL-2.0-only
// Prototype of public headers (ntddk.h of older kits).
#include "conformance.h"

NTKERNELAPI VOID NTAPI KeFlushEntireTb(BOOLEAN Invalid, BOOLEAN AllProcessors);

CONFORMANCE(KeFlushEntireTb, MemoryStaysReachable) {
    volatile ULONG* page = ExAllocatePoolWithTag(NonPagedPoolNx, 0x1000, CONFORMANCE_TAG);
    REQUIRE(page != NULL);
    page[3] = 33;
    KeFlushEntireTb(TRUE, TRUE);
    AT_IRQL(DISPATCH_LEVEL, KeFlushEntireTb(TRUE, FALSE));
    CHECK_EQ(page[3], 33);
    ExFreePoolWithTag((PVOID)page, CONFORMANCE_TAG);
}
