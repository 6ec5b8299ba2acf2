// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, PsChargePoolQuota, PEPROCESS, POOL_TYPE, ULONG_PTR);
IMPORTED(VOID, PsReturnPoolQuota, PEPROCESS, POOL_TYPE, ULONG_PTR);

CONFORMANCE(PsChargePoolQuota, IsUndoneByReturning) {
    ImportedPsChargePoolQuota(PsInitialSystemProcess, NonPagedPool, 4096);
    ImportedPsChargePoolQuota(PsInitialSystemProcess, PagedPool, 100);
    ImportedPsReturnPoolQuota(PsInitialSystemProcess, NonPagedPool, 4096);
    ImportedPsReturnPoolQuota(PsInitialSystemProcess, PagedPool, 100);
}

CONFORMANCE(PsChargePoolQuota, RunsAtApcLevel) {
    AT_IRQL(APC_LEVEL, ImportedPsChargePoolQuota(PsInitialSystemProcess, PagedPool, 1));
    ImportedPsReturnPoolQuota(PsInitialSystemProcess, PagedPool, 1);
}
