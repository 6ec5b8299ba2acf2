// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReleaseRundownProtectionCacheAware, MayHappenOnAnotherProcessor) {
    PEX_RUNDOWN_REF_CACHE_AWARE rundown =
        ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, CONFORMANCE_TAG);
    ULONG last = KeQueryActiveProcessorCount(NULL) - 1;
    REQUIRE(rundown != NULL);
    KeSetSystemAffinityThreadEx(1);
    CHECK(ExAcquireRundownProtectionCacheAware(rundown));
    KeSetSystemAffinityThreadEx((KAFFINITY)1 << last);
    ExReleaseRundownProtectionCacheAware(rundown);
    KeRevertToUserAffinityThreadEx(0);
    ExWaitForRundownProtectionReleaseCacheAware(rundown);
    ExFreeCacheAwareRundownProtection(rundown);
}
