// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(ExAllocatePoolWithQuotaTag, RaisesUnlessToldNotTo) {
    PVOID memory = NULL;
    AT_IRQL(DISPATCH_LEVEL,
            memory = ExAllocatePoolWithQuotaTag(NonPagedPoolNx, 100, CONFORMANCE_TAG));
    REQUIRE(memory != NULL);
    RtlFillMemory(memory, 100, 0xA5);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
    CHECK_RAISES(ExAllocatePoolWithQuotaTag(NonPagedPoolNx, (SIZE_T)1 << 60, CONFORMANCE_TAG),
                 STATUS_INSUFFICIENT_RESOURCES);
    CHECK_EQ(ExAllocatePoolWithQuotaTag(NonPagedPoolNx | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE,
                                        (SIZE_T)1 << 60, CONFORMANCE_TAG),
             NULL);
}
