// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

static ULONG Data = 42;
CONFORMANCE(MmUnlockPagableImageSection, LocksAndUnlocksPairUp) {
    PVOID one = MmLockPagableDataSection(&Data), other = MmLockPagableDataSection(&Data);
    CHECK(one != NULL && one == other);
    MmUnlockPagableImageSection(other);
    CHECK_EQ(Data, 42);
    MmUnlockPagableImageSection(one);
}
