// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(NTSTATUS, NtAllocateLocallyUniqueId, PLUID);
IMPORTED(NTSTATUS, ZwAllocateLocallyUniqueId, PLUID);

CONFORMANCE(ZwAllocateLocallyUniqueId, MakesDifferentOnes) {
    LUID first = {0, 0}, second = {0, 0};
    CHECK_STATUS(ImportedZwAllocateLocallyUniqueId(&first), STATUS_SUCCESS);
    CHECK_STATUS(ImportedZwAllocateLocallyUniqueId(&second), STATUS_SUCCESS);
    CHECK(first.LowPart != second.LowPart || first.HighPart != second.HighPart);
    CHECK(first.LowPart != 0 || first.HighPart != 0);
}

CONFORMANCE_IN_CALLER(NtAllocateLocallyUniqueId, RefusesAKernelAddressOfAUser) {
    LUID luid = {0, 0};
    CHECK_STATUS(ImportedNtAllocateLocallyUniqueId(&luid), STATUS_ACCESS_VIOLATION);
    CHECK_EQ(luid.LowPart, 0);
}
