// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReInitializeRundownProtectionCacheAware, AllowsAcquisitionsAgain) {
    PEX_RUNDOWN_REF_CACHE_AWARE rundown =
        ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, CONFORMANCE_TAG);
    REQUIRE(rundown != NULL);
    ExWaitForRundownProtectionReleaseCacheAware(rundown);
    ExReInitializeRundownProtectionCacheAware(rundown);
    CHECK(ExAcquireRundownProtectionCacheAware(rundown));
    ExReleaseRundownProtectionCacheAware(rundown);
    ExFreeCacheAwareRundownProtection(rundown);
}
