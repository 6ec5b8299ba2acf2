// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExRundownCompletedCacheAware, KeepsItRunDown) {
    PEX_RUNDOWN_REF_CACHE_AWARE rundown =
        ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, CONFORMANCE_TAG);
    REQUIRE(rundown != NULL);
    ExWaitForRundownProtectionReleaseCacheAware(rundown);
    ExRundownCompletedCacheAware(rundown);
    CHECK(!ExAcquireRundownProtectionCacheAware(rundown));
    ExWaitForRundownProtectionReleaseCacheAware(rundown);
    ExFreeCacheAwareRundownProtection(rundown);
}
