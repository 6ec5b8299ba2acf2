// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExAcquireRundownProtectionCacheAware, IsFalseOnceRunDown) {
    PEX_RUNDOWN_REF_CACHE_AWARE rundown =
        ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, CONFORMANCE_TAG);
    REQUIRE(rundown != NULL);
    AT_IRQL(DISPATCH_LEVEL, CHECK(ExAcquireRundownProtectionCacheAware(rundown)));
    ExReleaseRundownProtectionCacheAware(rundown);
    ExWaitForRundownProtectionReleaseCacheAware(rundown);
    CHECK(!ExAcquireRundownProtectionCacheAware(rundown));
    ExFreeCacheAwareRundownProtection(rundown);
}
