// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(ExAllocatePoolWithQuota, RaisesUnlessToldNotTo) {
    PVOID memory = ExAllocatePoolWithQuota(NonPagedPool, 100);
    REQUIRE(memory != NULL);
    RtlFillMemory(memory, 100, 0xA5);
    ExFreePool(memory);
    CHECK_RAISES(ExAllocatePoolWithQuota(NonPagedPool, (SIZE_T)1 << 60),
                 STATUS_INSUFFICIENT_RESOURCES);
    CHECK_EQ(
        ExAllocatePoolWithQuota(NonPagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, (SIZE_T)1 << 60),
        NULL);
}
