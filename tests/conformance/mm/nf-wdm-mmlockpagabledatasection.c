// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

static ULONG Data = 42;
CONFORMANCE(MmLockPagableDataSection, GivesAHandleOfTheSection) {
    PVOID handle = MmLockPagableDataSection(&Data);
    REQUIRE(handle != NULL);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(Data, 42));
    MmUnlockPagableImageSection(handle);
}
