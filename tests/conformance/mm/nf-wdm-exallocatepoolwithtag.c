// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(ExAllocatePoolWithTag, LargeBlocksArePageAligned) {
    PVOID small = NULL, page = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE_SIZE, CONFORMANCE_TAG);
    AT_IRQL(DISPATCH_LEVEL, small = ExAllocatePoolWithTag(NonPagedPoolNx, 24, CONFORMANCE_TAG));
    REQUIRE(small != NULL && page != NULL);
    CHECK_EQ((ULONG_PTR)small & 15, 0);  // 16 bytes on 64-bit platforms
    CHECK_EQ((ULONG_PTR)page & (PAGE_SIZE - 1), 0);
    RtlFillMemory(small, 24, 0xA5);
    RtlFillMemory(page, PAGE_SIZE, 0x5A);
    CHECK_EQ(((PUCHAR)small)[23], 0xA5);
    ExFreePoolWithTag(page, CONFORMANCE_TAG);
    ExFreePoolWithTag(small, CONFORMANCE_TAG);
}
CONFORMANCE(ExAllocatePoolWithTag, ReturnsNullWhenThereIsNotEnough) {
    CHECK_EQ(ExAllocatePoolWithTag(NonPagedPoolNx, (SIZE_T)1 << 60, CONFORMANCE_TAG), NULL);
}
CONFORMANCE(ExAllocatePoolWithTag, RaisesOnRequest) {
    CHECK_RAISES(ExAllocatePoolWithTag(NonPagedPoolNx | POOL_RAISE_IF_ALLOCATION_FAILURE,
                                       (SIZE_T)1 << 60, CONFORMANCE_TAG),
                 STATUS_INSUFFICIENT_RESOURCES);
}
