// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExAcquireRundownProtectionCacheAwareEx, TakesSeveralAtOnce) {
    PEX_RUNDOWN_REF_CACHE_AWARE rundown =
        ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, CONFORMANCE_TAG);
    REQUIRE(rundown != NULL);
    AT_IRQL(DISPATCH_LEVEL, CHECK(ExAcquireRundownProtectionCacheAwareEx(rundown, 3)));
    ExReleaseRundownProtectionCacheAwareEx(rundown, 3);
    ExWaitForRundownProtectionReleaseCacheAware(rundown);
    CHECK(!ExAcquireRundownProtectionCacheAwareEx(rundown, 2));
    ExFreeCacheAwareRundownProtection(rundown);
}
