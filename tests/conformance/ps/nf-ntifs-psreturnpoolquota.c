// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, PsChargePoolQuota, PEPROCESS, POOL_TYPE, ULONG_PTR);
IMPORTED(VOID, PsReturnPoolQuota, PEPROCESS, POOL_TYPE, ULONG_PTR);

CONFORMANCE(PsReturnPoolQuota, RunsAtDispatchLevel) {
    ImportedPsChargePoolQuota(PsInitialSystemProcess, NonPagedPoolCacheAligned, 64);
    AT_IRQL(DISPATCH_LEVEL,
            ImportedPsReturnPoolQuota(PsInitialSystemProcess, NonPagedPoolCacheAligned, 64));
}

CONFORMANCE_BUG_CHECK(PsReturnPoolQuota, StopsTheMachineForMoreThanCharged, 0x21) {
    ImportedPsReturnPoolQuota(PsInitialSystemProcess, PagedPool, 0x100000000);
}
