// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(ExQueryPoolBlockSize, TellsAtLeastWhatWasAskedFor) {
    BOOLEAN quota = TRUE;
    PVOID memory = ExAllocatePoolWithTag(NonPagedPoolNx, 100, CONFORMANCE_TAG);
    REQUIRE(memory != NULL);
    CHECK(ExQueryPoolBlockSize(memory, &quota) >= 100);
    CHECK_EQ(quota, FALSE);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
