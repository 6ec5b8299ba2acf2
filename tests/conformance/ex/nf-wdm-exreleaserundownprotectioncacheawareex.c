// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReleaseRundownProtectionCacheAwareEx, GivesSeveralBackAtOnce) {
    PEX_RUNDOWN_REF_CACHE_AWARE rundown =
        ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, CONFORMANCE_TAG);
    REQUIRE(rundown != NULL);
    ExAcquireRundownProtectionCacheAware(rundown);
    ExAcquireRundownProtectionCacheAware(rundown);
    AT_IRQL(DISPATCH_LEVEL, ExReleaseRundownProtectionCacheAwareEx(rundown, 2));
    ExWaitForRundownProtectionReleaseCacheAware(rundown);
    ExFreeCacheAwareRundownProtection(rundown);
}
